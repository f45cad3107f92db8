#include "host/broker/arguments.h"

#include <string.h>

#include "core/base/text.h"
#include "host/broker/store.h"
#include "host/sys/descriptor.h"
#include "host/sys/endpoint.h"

#define DESCRIPTOR_NUMBER_MAX 1023

const char pcs_arguments_help[] =
    "portcullis-broker --listen ADDRESS:PORT [--listen ...] --control-fd N [--allow-origin O ...]\n"
    "portcullis-broker --link-fd N --origin ORIGIN\n"
    "\n"
    "  --listen ADDRESS:PORT   127.0.0.1 or [::1]; port 0 for one of the system's choice\n"
    "  --control-fd N          inherited descriptor of the control line; the broker ends with it\n"
    "  --allow-origin ORIGIN   let pages of this origin have a link\n"
    "  --link-fd N             inherited stream socket that is one page's link\n"
    "  --origin ORIGIN         whose link that is\n"
    "  --worker PATH           the worker program; otherwise portcullis-worker beside the broker\n"
    "  --ca-bundle PATH        certificates that TURN over TLS trusts; otherwise the system's\n"
    "  --addresses MODE        which of the machine's addresses connections use and tell (RFC 8828):\n"
    "                          default, default_public_interface_only, disable_non_proxied_udp,\n"
    "                          relay_only, hide_until_accepted; or, when the user agrees to it for\n"
    "                          every page, default_public_and_private_interfaces\n"
    "  --local-network WHO     in the local network without a grant: peers (the default), nobody, "
    "all\n"
    "  --inspector ADDRESS:PORT  let a person look at what pages do; needs --inspector-files\n"
    "  --inspector-files FOLDER  the inspector's page\n"
    "  --state FOLDER          remember permissions in this folder (mode 0700); otherwise nothing "
    "is\n"
    "  --forget-unused DAYS    permissions that a site did not use for so long; otherwise 90\n"
    "  --ask RIGHT             ask a person about it, though it is usually free (data)\n"
    "  --deny RIGHT            give it to nobody\n"
    "  --secure-scheme NAME    pages of this scheme, which the shell serves, are as good as https\n"
    "  --prompt WAY            who is asked: auto (a window, else the terminal), gtk, terminal,\n"
    "                          file:PATH (a policy file), shell (the program at the control "
    "line),\n"
    "                          none (nobody: what must be asked is refused; the default)\n"
    "  --indicator WAY         where use is shown: gtk, terminal, shell or none (the default);\n"
    "                          without one that can be seen nothing is captured\n"
    "  --synthetic-devices     devices that show a pattern and play a tone, one of each kind\n"
    "  --ice-tcp POLICY        off, active (connect only, the default) or active-and-passive\n"
    "  --mask-tcp POLICY       mask ICE-TCP: off (the default), offer or require\n"
    "  --no-raw-tcp            of TCP only TURN over TLS: no ICE-TCP, no TURN over plain TCP\n"
    "  --loopback              let connections use loopback addresses (for tests)\n"
    "  --no-sandbox            leave workers their files and system calls (for debugging only)\n"
    "  --secrets-fd N          handed to test workers, which tell it hashes of their secrets\n"
    "  --version, --help\n";

static const char *read_listen(pcs_arguments *arguments, pcs_span value) {
  if (arguments->num_listen == PCS_ARGUMENT_ADDRESSES_MAX ||
      pcs_endpoint_parse(value, &arguments->listen[arguments->num_listen]) != PCS_OK) {
    return "--listen takes 127.0.0.1:PORT or [::1]:PORT, twice at most.";
  }
  arguments->num_listen++;
  return NULL;
}

static const char *read_inspector(pcs_arguments *arguments, pcs_span value) {
  arguments->has_inspector = true;
  return pcs_endpoint_parse(value, &arguments->inspector) == PCS_OK
             ? NULL
             : "--inspector takes 127.0.0.1:PORT or [::1]:PORT.";
}

static const char *read_allowed(pcs_arguments *arguments, pcs_span value) {
  if (arguments->num_allowed == PCS_ARGUMENT_ORIGINS_MAX) {
    return "There are too many --allow-origin.";
  }
  pcs_origin *origin = &arguments->allowed[arguments->num_allowed];
  if (pcs_origin_parse(value, origin) != PCS_OK || origin->opaque) {
    return "--allow-origin takes an origin such as https://app.example.";
  }
  arguments->num_allowed++;
  return NULL;
}

static const char *read_origin(pcs_arguments *arguments, pcs_span value) {
  bool good = pcs_origin_parse(value, &arguments->origin) == PCS_OK && !arguments->origin.opaque;
  return good ? NULL : "--origin takes an origin such as https://app.example.";
}

static const char *read_descriptor(int *out_descriptor, pcs_span value) {
  uint64_t number = 0;
  if (pcs_text_decimal(value, DESCRIPTOR_NUMBER_MAX, &number) != PCS_OK || number <= 2) {
    return "A descriptor is a number above 2.";
  }
  *out_descriptor = (int)number;
  return NULL;
}

static const char *read_local_network(pcs_local_network *out_who, const char *value) {
  static const char *const NAMES[] = {"peers", "nobody", "all"};
  for (int i = PCS_LOCAL_NETWORK_PEERS; i <= PCS_LOCAL_NETWORK_ALL; i++) {
    if (strcmp(value, NAMES[i]) == 0) {
      *out_who = (pcs_local_network)i;
      return NULL;
    }
  }
  return "--local-network takes peers, nobody or all.";
}

static const char *read_ice_tcp(pcs_arguments *arguments, pcs_span value) {
  bool good = pcs_ice_tcp_policy_read(value, &arguments->transports.tcp) == PCS_OK;
  return good ? NULL : "--ice-tcp takes off, active or active-and-passive.";
}

static const char *read_masking(pcs_arguments *arguments, pcs_span value) {
  bool good = pcs_ice_masking_read(value, &arguments->transports.masking) == PCS_OK;
  return good ? NULL : "--mask-tcp takes off, offer or require.";
}

static const char *read_option(pcs_arguments *arguments, const char *name, const char *value) {
  pcs_span span = pcs_span_of_text(value);
  if (strcmp(name, "--listen") == 0) {
    return read_listen(arguments, span);
  }
  if (strcmp(name, "--allow-origin") == 0) {
    return read_allowed(arguments, span);
  }
  if (strcmp(name, "--origin") == 0) {
    return read_origin(arguments, span);
  }
  if (strcmp(name, "--control-fd") == 0) {
    return read_descriptor(&arguments->control_descriptor, span);
  }
  if (strcmp(name, "--link-fd") == 0) {
    return read_descriptor(&arguments->link_descriptor, span);
  }
  if (strcmp(name, "--secrets-fd") == 0) {
    return read_descriptor(&arguments->secrets_descriptor, span);
  }
  if (strcmp(name, "--local-network") == 0) {
    return read_local_network(&arguments->local_network, value);
  }
  if (strcmp(name, "--addresses") == 0) {
    bool known = pcs_address_mode_parse(span, &arguments->addresses) == PCS_OK;
    return known ? NULL : "--addresses takes the name of an address mode; see --help.";
  }
  if (strcmp(name, "--ice-tcp") == 0) {
    return read_ice_tcp(arguments, span);
  }
  if (strcmp(name, "--mask-tcp") == 0) {
    return read_masking(arguments, span);
  }
  if (strcmp(name, "--ca-bundle") == 0) {
    arguments->ca_bundle = value;
    return NULL;
  }
  if (strcmp(name, "--worker") == 0) {
    arguments->worker = value;
    return NULL;
  }
  if (strcmp(name, "--inspector") == 0) {
    return read_inspector(arguments, span);
  }
  if (strcmp(name, "--inspector-files") == 0) {
    arguments->inspector_files = value;
    return NULL;
  }
  const char *sentence = NULL;
  if (pcs_arguments_read_rule(arguments, &sentence, name, value)) {
    return sentence;
  }
  return "There is an option that is not known; see --help.";
}

static bool read_flag(pcs_arguments *arguments, const char *name) {
  bool *flag = NULL;
  if (strcmp(name, "--synthetic-devices") == 0) {
    flag = &arguments->synthetic_devices;
  } else if (strcmp(name, "--loopback") == 0) {
    flag = &arguments->loopback;
  } else if (strcmp(name, "--no-sandbox") == 0) {
    flag = &arguments->no_sandbox;
  } else if (strcmp(name, "--no-raw-tcp") == 0) {
    flag = &arguments->transports.secure_streams_only;
  } else if (strcmp(name, "--help") == 0) {
    flag = &arguments->asks_help;
  } else if (strcmp(name, "--version") == 0) {
    flag = &arguments->asks_version;
  }
  if (flag != NULL) {
    *flag = true;
  }
  return flag != NULL;
}

static const char *check_whole(const pcs_arguments *arguments) {
  if (arguments->asks_help || arguments->asks_version) {
    return NULL;
  }
  bool has_link = arguments->link_descriptor != PCS_DESCRIPTOR_NONE;
  bool has_control = arguments->control_descriptor != PCS_DESCRIPTOR_NONE;
  if (has_link == has_control) {
    return "Give either --control-fd with --listen, or --link-fd with --origin.";
  }
  if (has_link && (arguments->origin.text[0] == '\0' || arguments->num_listen > 0)) {
    return "--link-fd needs --origin and takes no --listen.";
  }
  bool needs_shell =
      pcs_arguments_is_shell(arguments->prompt) || pcs_arguments_is_shell(arguments->indicator);
  if (has_link && needs_shell) {
    return "--prompt shell and --indicator shell need --control-fd.";
  }
  if (arguments->has_inspector && (has_link || arguments->inspector_files == NULL)) {
    return "--inspector needs --control-fd and --inspector-files.";
  }
  return NULL;
}

pcs_status pcs_arguments_read(pcs_arguments *out_arguments, const char **out_sentence, int argc,
                              char **argv) {
  memset(out_arguments, 0, sizeof *out_arguments);
  out_arguments->transports = pcs_ice_transports_default();
  out_arguments->unused_us = PCS_STORE_UNUSED_US;
  out_arguments->control_descriptor = PCS_DESCRIPTOR_NONE;
  out_arguments->link_descriptor = PCS_DESCRIPTOR_NONE;
  out_arguments->secrets_descriptor = PCS_DESCRIPTOR_NONE;
  const char *sentence = NULL;
  for (int i = 1; i < argc && sentence == NULL; i++) {
    if (read_flag(out_arguments, argv[i])) {
      continue;
    }
    if (i + 1 == argc) {
      sentence = "There is an option that is not known, or one without its value; see --help.";
    } else {
      sentence = read_option(out_arguments, argv[i], argv[i + 1]);
      i++;
    }
  }
  *out_sentence = sentence != NULL ? sentence : check_whole(out_arguments);
  return *out_sentence == NULL ? PCS_OK : PCS_ERR_SYNTAX;
}
