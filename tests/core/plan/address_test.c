#include "core/plan/address.h"
#include "tests/check.h"

typedef struct text_pair {
  const char *text;
  const char *canonical;
} text_pair;

static pcs_span written(const pcs_address *address) {
  static uint8_t memory[PCS_ADDRESS_TEXT_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_address_write(&writer, address);
  CHECK(!writer.failed);
  return pcs_writer_span(&writer);
}

static void test_canonical_text(void) {
  static const text_pair pairs[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"192.0.2.1", "192.0.2.1"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"2001:DB8::1", "2001:db8::1"},
      /* RFC 5952 4.1: no leading zeros. */
      {"2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},
      /* 4.2.2: one group is not shortened. */
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      /* 4.2.3: the longest run, then the first. */
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
      {"fe80::1:2:0:0", "fe80::1:2:0:0"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"0:0:1::", "0:0:1::"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      /* 5: the mapped prefix is known to hold an IPv4 address. */
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"::ffff:c000:201", "::ffff:192.0.2.1"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    pcs_address address;
    pcs_address again;
    CHECK_EQ_INT(pcs_address_parse(pcs_span_of_text(pairs[i].text), &address), PCS_OK);
    pcs_span text = written(&address);
    if (!CHECK(pcs_span_equal_text(text, pairs[i].canonical))) {
      printf("#   %s became %.*s\n", pairs[i].text, (int)text.len, (const char *)text.data);
    }
    CHECK_EQ_INT(pcs_address_parse(text, &again), PCS_OK);
    CHECK(pcs_address_equal(&address, &again));
    CHECK_EQ_UINT(address.port, 0);
  }
}

static void test_refused_text(void) {
  static const char *const wrong[] = {"",
                                      "1",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "1.2.3.",
                                      ".1.2.3",
                                      "1..2.3",
                                      "256.1.1.1",
                                      "1.2.3.4 ",
                                      "01.2.3.4",
                                      "1.2.3.00",
                                      "0x7f.0.0.1",
                                      "1.2.3.-4",
                                      "1.2.3.4/8",
                                      "127.1",
                                      "2130706433",
                                      "1.2.3.4:80",
                                      "[::1]",
                                      ":",
                                      ":::",
                                      "::1::",
                                      "1::2::3",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1:2:3:4:5:6:7:8",
                                      "1:2:3:4::5:6:7:8",
                                      ":1:2:3:4:5:6:7:8",
                                      "1:2:3:4:5:6:7:",
                                      ":1::",
                                      "1:::2",
                                      "12345::",
                                      "g::",
                                      "fe80::1%eth0",
                                      "::1 ",
                                      "1.2.3.4::",
                                      "::1.2.3.4:5",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "::ffff:1.2.3",
                                      "::ffff:1.2.3.256",
                                      "1.2.3.4:5::",
                                      "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555"};
  static const pcs_address zero;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    pcs_address address;
    if (!CHECK_EQ_INT(pcs_address_parse(pcs_span_of_text(wrong[i]), &address), PCS_ERR_SYNTAX)) {
      printf("#   \"%s\"\n", wrong[i]);
    }
    CHECK(memcmp(&address, &zero, sizeof zero) == 0);
  }
}

static void test_writes_only_addresses(void) {
  uint8_t memory[PCS_ADDRESS_TEXT_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_address_write(&writer, &(pcs_address){.family = PCS_ADDRESS_NAME});
  CHECK(writer.failed);
}

static void test_mdns_names(void) {
  static const char *const right[] = {"1f4712db-ea17-4bcf-a596-105139dfd8bf.local",
                                      "1F4712DB-EA17-4BCF-B596-105139DFD8BF.local"};
  static const char *const wrong[] = {"",
                                      ".local",
                                      "example.local",
                                      "1f4712db-ea17-1bcf-a596-105139dfd8bf.local",
                                      "1f4712db-ea17-4bcf-c596-105139dfd8bf.local",
                                      "1f4712db-ea17-4bcf-a596-105139dfd8bf",
                                      "1f4712db-ea17-4bcf-a596-105139dfd8bf.local.",
                                      "1f4712db-ea17-4bcf-a596-105139dfd8bf.locals",
                                      "1f4712db-ea17-4bcf-a596-105139dfd8bg.local",
                                      "1f4712dbxea17-4bcf-a596-105139dfd8bf.local",
                                      "a1f4712db-ea17-4bcf-a596-105139dfd8bf.local"};
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
    CHECK(pcs_address_is_mdns_name(pcs_span_of_text(right[i])));
  }
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    CHECK(!pcs_address_is_mdns_name(pcs_span_of_text(wrong[i])));
  }
}

#define LABEL_63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void test_dns_names(void) {
  static const char *const right[] = {"localhost",
                                      "a",
                                      "stun.example.org",
                                      "xn--bcher-kva.example",
                                      "_sip._udp.example.org",
                                      "1.2.3.com",
                                      "a-b.c",
                                      LABEL_63,
                                      LABEL_63
                                      "." LABEL_63 "." LABEL_63 "."
                                      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                                      "bbbbbb"};
  static const char *const wrong[] = {"",
                                      ".",
                                      "a.",
                                      ".a",
                                      "a..b",
                                      "-a",
                                      "a-",
                                      "a b",
                                      "a/b",
                                      "a:1",
                                      "1.2.3.4",
                                      "127.1",
                                      "1",
                                      "example.0x7f",
                                      "0x",
                                      "a.0xg.0x1",
                                      "caf\xc3\xa9",
                                      LABEL_63 "a",
                                      LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63 ".x"};
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
    if (!CHECK(pcs_address_is_dns_name(pcs_span_of_text(right[i])))) {
      printf("#   \"%s\"\n", right[i]);
    }
  }
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    if (!CHECK(!pcs_address_is_dns_name(pcs_span_of_text(wrong[i])))) {
      printf("#   \"%s\"\n", wrong[i]);
    }
  }
}

int main(void) {
  RUN("one address has one text, that of RFC 5952", test_canonical_text);
  RUN("octal, short, mixed-up and over-long addresses are refused", test_refused_text);
  RUN("what is no address is not written as one", test_writes_only_addresses);
  RUN("an mDNS name is a random UUID and nothing that a page chose", test_mdns_names);
  RUN("a name that would be read as an address is no name", test_dns_names);
  return check_report();
}
