/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amendments, as file and as code. The organisers' signature is made here: what the fuzzer cannot
 * forge must not keep it from what lies behind. */
#include "fuzz.h"

#include <string.h>
#include "amendment-form.h"
#include "bytes.h"
#include "codes.h"

#define FIELDS (2 + 1 + 2 + 4)

/* An election id that stays when the fixture changes: inputs in regressions/ keep their meaning. */
static void
prepare (void)
{
  memset (fuzz_fixture ()->manifest->he, 0xA5, 32);
}

static char *
short_form (const TabellaAmendment *a)
{
  const TabellaFixture *f = fuzz_fixture ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *letters = NULL;
  guint8 message[AMENDMENT_MESSAGE], sig[64];

  tabella_amendment_message (f->manifest->he, a, message);
  tabella_sign (f->key.secret, SHORT_LABEL, message, sizeof message, sig);
  tabella_put (out, f->manifest->he, 8);
  tabella_put (out, message + 32, sizeof message - 32);
  tabella_put (out, sig, sizeof sig);
  letters = tabella_base32 (out->data, out->len);
  return g_strconcat (SHORT_PREFIX, letters, NULL);
}

static gboolean
same_fields (const TabellaAmendment *a, const TabellaAmendment *b)
{
  return a->number == b->number && a->kind == b->kind && a->target == b->target &&
         a->value == b->value;
}

/* What a good amendment says of each terminal is something that a terminal can be. */
static void
check_status (TabellaAmendment *a)
{
  const TabellaManifest *m = fuzz_fixture ()->manifest;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_ptr_array_add (all, a);
  for (guint i = 0; i < m->terminals->len; i++) {
    const TabellaTerminalInfo *t = m->terminals->pdata[i];
    TabellaTerminalStatus s;

    tabella_amendments_status (m, all, t, &s);
    FUZZ_CHECK (!s.took_over || t->role == TABELLA_ROLE_SPARE);
    FUZZ_CHECK (s.role <= TABELLA_ROLE_SPARE && s.lane < 1 << 10);
    FUZZ_CHECK ((s.lane != 0) == tabella_role_checks_in (s.role));
    FUZZ_CHECK (tabella_election_station (m->election, s.station) != NULL);
  }
}

/* The number that the file claims, for the trusted comment. */
static guint16
claimed_number (const guint8 *bytes, gsize size)
{
  g_autoptr (json_t) json = tabella_json_parse ("amendment", bytes, size, NULL);

  return (guint16)json_integer_value (json_object_get (json, "number"));
}

static gboolean
run_amendment (const guint8 *bytes, gsize size)
{
  const TabellaFixture *f = fuzz_fixture ();
  g_autofree char *comment =
      tabella_amendment_comment (f->manifest->he, claimed_number (bytes, size));
  g_autofree char *minisig = tabella_minisign_sign (&f->key, bytes, size, comment);
  g_autofree char *code = NULL;
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaAmendment) a = NULL, from_code = NULL;

  a = tabella_amendment_parse (f->manifest, "0001.json", file, minisig, &error);
  if (!fuzz_verdict (a != NULL, error))
    return FALSE;
  check_status (a);
  code = short_form (a);
  from_code = tabella_amendment_parse_short (f->manifest, code, &error);
  FUZZ_CHECK (from_code != NULL && same_fields (a, from_code));
  return TRUE;
}

static void
seed_one (const char *name, TabellaAmendKind kind, guint target, guint32 value, const char *text,
          const char *detail)
{
  g_autofree char *he = tabella_hex (fuzz_fixture ()->manifest->he, 32);
  g_autofree char *json = g_strdup_printf (
      "{\"election\": \"%s\", \"number\": 1, \"kind\": %d, \"target\": %u, \"value\": %u, "
      "\"text\": %s, \"detail\": %s}\n",
      he, (int)kind, target, value, text, detail);

  fuzz_seed_text (name, json);
}

static void
seed_amendment (void)
{
  static const char text[] = "{\"en\": \"Until ten\", \"zh_HK\": \"至十時\"}";
  g_autofree char *zeros = g_strnfill (64, '0');
  g_autofree char *digest = g_strdup_printf ("{\"digest\": \"%s\"}", zeros);

  seed_one ("hours", TABELLA_AMEND_HOURS, 1, 0, text, "null");
  seed_one ("closed", TABELLA_AMEND_CLOSED, 2, 0, "null", "null");
  seed_one ("spare", TABELLA_AMEND_SPARE, 8,
            tabella_amend_spare_value (4, 0x3FF, TABELLA_ROLE_DESK), "null", "null");
  seed_one ("revoked", TABELLA_AMEND_REVOKED, 1, 0, "null", "null");
  seed_one ("ended", TABELLA_AMEND_ENDED, 6, 3, "null", digest);
  seed_one ("notice", TABELLA_AMEND_NOTICE, 0, 0, text, "null");
}

const FuzzTarget fuzz_amendment = { "amendment", prepare, run_amendment, seed_amendment,
                                    FUZZ_JSON };

/* --- The code. 'F': the fields, to be signed; anything else: the text itself. --- */

static char *
code_of_fields (const guint8 *bytes)
{
  TabellaAmendment a = { .bytes = NULL };
  TabellaReader r;

  tabella_reader_init (&r, bytes, FIELDS);
  a.number = tabella_get_u16 (&r);
  a.kind = (TabellaAmendKind)tabella_get_u8 (&r);
  a.target = tabella_get_u16 (&r);
  a.value = tabella_get_u32 (&r);
  return short_form (&a);
}

static gboolean
run_amendment_code (const guint8 *bytes, gsize size)
{
  const TabellaManifest *m = fuzz_fixture ()->manifest;
  gboolean fields = size == 1 + FIELDS && bytes[0] == 'F';
  g_autofree char *code = fields ? code_of_fields (bytes + 1) : fuzz_text (bytes, size);
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaAmendment) a = tabella_amendment_parse_short (m, code, &error);

  if (!fuzz_verdict (a != NULL, error))
    return FALSE;
  check_status (a);
  again = short_form (a);
  FUZZ_CHECK (g_str_equal (code, again));
  return TRUE;
}

static void
seed_amendment_code (void)
{
  static const guint8 closed[] = { 'F', 1, 0, TABELLA_AMEND_CLOSED, 3, 0, 0, 0, 0, 0 };
  static const guint8 ended[] = { 'F', 2, 0, TABELLA_AMEND_ENDED, 6, 0, 9, 0, 0, 0 };
  static const guint8 spare[] = { 'F', 3, 0, TABELLA_AMEND_SPARE, 8, 0, 4, 0, 0xFF, 0x03 };
  g_autofree char *code = code_of_fields (closed + 1);

  fuzz_seed ("closed", closed, sizeof closed);
  fuzz_seed ("ended", ended, sizeof ended);
  fuzz_seed ("spare", spare, sizeof spare);
  fuzz_seed_text ("code", code);
}

const FuzzTarget fuzz_amendment_code = { "amendment-code", prepare, run_amendment_code,
                                         seed_amendment_code };
