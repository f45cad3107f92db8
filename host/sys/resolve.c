#include "host/sys/resolve.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "host/sys/socket_address.h"

struct pcs_resolver {
  uv_loop_t *uv;
  pcs_resolved resolved; /* NULL once freed by its owner */
  void *context;
  size_t num_asked;
};

typedef struct lookup {
  uv_getaddrinfo_t request;
  pcs_resolver *resolver;
  pcs_resolve_question question;
} lookup;

pcs_status pcs_resolver_new(pcs_resolver **out_resolver, pcs_loop *loop, pcs_resolved resolved,
                            void *context) {
  pcs_resolver *resolver = calloc(1, sizeof *resolver);
  *out_resolver = resolver;
  if (resolver == NULL) {
    return PCS_ERR_SYSTEM;
  }
  resolver->uv = pcs_loop_uv(loop);
  resolver->resolved = resolved;
  resolver->context = context;
  return PCS_OK;
}

static void free_when_unused(pcs_resolver *resolver) {
  if (resolver->resolved == NULL && resolver->num_asked == 0) {
    free(resolver);
  }
}

void pcs_resolver_free(pcs_resolver *resolver) {
  if (resolver != NULL) {
    resolver->resolved = NULL;
    free_when_unused(resolver);
  }
}

static size_t take_addresses(pcs_address *out, const struct addrinfo *entries, uint16_t port) {
  size_t num = 0;
  for (const struct addrinfo *entry = entries; entry != NULL && num < PCS_RESOLVED_MAX;
       entry = entry->ai_next) {
    out[num] = pcs_socket_address_to(entry->ai_addr);
    out[num].port = port;
    if (out[num].family != PCS_ADDRESS_NONE) {
      num++;
    }
  }
  return num;
}

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *entries) {
  lookup *asked = (lookup *)request->data;
  pcs_resolver *resolver = asked->resolver;
  pcs_address addresses[PCS_RESOLVED_MAX];
  size_t num = status == 0 ? take_addresses(addresses, entries, asked->question.port) : 0;
  uv_freeaddrinfo(entries);
  resolver->num_asked--;
  if (resolver->resolved != NULL) {
    resolver->resolved(resolver->context, &asked->question, addresses, num);
  }
  free(asked);
  free_when_unused(resolver);
}

pcs_status pcs_resolver_ask(pcs_resolver *resolver, pcs_span host,
                            const pcs_resolve_question *question) {
  char name[PCS_HOST_NAME_BYTES_MAX + 1] = {0};
  if (host.len == 0 || host.len >= sizeof name) {
    return PCS_ERR_SYNTAX;
  }
  if (resolver->num_asked == PCS_RESOLVING_MAX) {
    return PCS_ERR_QUOTA;
  }
  memcpy(name, host.data, host.len);
  lookup *asked = calloc(1, sizeof *asked);
  if (asked == NULL) {
    return PCS_ERR_SYSTEM;
  }
  asked->resolver = resolver;
  asked->question = *question;
  asked->request.data = asked;
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
  if (uv_getaddrinfo(resolver->uv, &asked->request, on_answer, name, NULL, &hints) != 0) {
    free(asked);
    return PCS_ERR_SYSTEM;
  }
  resolver->num_asked++;
  return PCS_OK;
}
