/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people type or scan: tickets, codes, IDs, lanes. Names of files. */
#include "fuzz.h"

#include <string.h>
#include "codes.h"
#include "ids.h"
#include "tickets.h"
#include "verifier-private.h"

/* @typed as it is printed: upper case, without spaces and hyphens, no letter for a figure. */
static char *
as_printed (const char *typed)
{
  GString *out = g_string_new (NULL);

  for (; *typed != '\0'; typed++)
    if (*typed != ' ' && *typed != '-')
      g_string_append_c (out, *typed == 'o' || *typed == 'O'    ? '0'
                              : strchr ("iIlL", *typed) != NULL ? '1'
                                                                : g_ascii_toupper (*typed));
  return g_string_free (out, FALSE);
}

/* --- A ticket --- */

static const guint8 ticket_key[32] = { 1 }, he[32] = { 2 };

static gboolean
run_ticket (const guint8 *bytes, gsize size)
{
  g_autofree char *typed = fuzz_text (bytes, size), *printed = as_printed (typed);
  g_autofree char *text = NULL, *grouped = NULL;
  guint8 ticket[TABELLA_TICKET_SHORT], back[TABELLA_TICKET_SHORT], t[16], made[16];
  TabellaTicketFields fields;

  if (!tabella_ticket_parse (typed, ticket))
    return FALSE;
  text = tabella_ticket_text (ticket, FALSE);
  grouped = tabella_ticket_text (ticket, TRUE);
  FUZZ_CHECK (g_str_equal (text, printed));
  FUZZ_CHECK (tabella_ticket_parse (grouped, back) && memcmp (ticket, back, sizeof back) == 0);
  if (tabella_ticket_check (ticket_key, he, 1, ticket, &fields, t)) {
    tabella_ticket_make (ticket_key, he, 1, &fields, back, made);
    FUZZ_CHECK (memcmp (ticket, back, sizeof back) == 0 && memcmp (t, made, sizeof made) == 0);
  }
  return TRUE;
}

static void
seed_ticket (void)
{
  static const TabellaTicketFields fields = { .style = 1, .run = 255, .random = { 3, 4, 5 } };
  guint8 ticket[TABELLA_TICKET_SHORT], t[16];
  g_autofree char *text = NULL, *grouped = NULL, *small = NULL;

  tabella_ticket_make (ticket_key, he, 1, &fields, ticket, t);
  text = tabella_ticket_text (ticket, FALSE);
  grouped = tabella_ticket_text (ticket, TRUE);
  small = g_ascii_strdown (grouped, -1);
  fuzz_seed_text ("plain", text);
  fuzz_seed_text ("grouped", grouped);
  fuzz_seed_text ("typed", small);
}

const FuzzTarget fuzz_ticket = { "ticket", NULL, run_ticket, seed_ticket };

/* --- Base32, both ways --- */

static gboolean
run_base32 (const guint8 *bytes, gsize size)
{
  g_autofree char *letters = tabella_base32 (bytes, size), *again = NULL;
  g_autoptr (GByteArray) back = tabella_unbase32 (letters, strlen (letters));
  g_autoptr (GByteArray) read = tabella_unbase32 ((const char *)bytes, size);

  FUZZ_CHECK (back != NULL && back->len == size &&
              (size == 0 || memcmp (back->data, bytes, size) == 0));
  if (read == NULL)
    return FALSE;
  again = tabella_base32 (read->data, read->len);
  FUZZ_CHECK (strlen (again) == size && memcmp (again, bytes, size) == 0);
  return TRUE;
}

static void
seed_base32 (void)
{
  static const char bytes[] = "eight bytes and more";

  for (gsize size = 0; size <= 8; size++) {
    g_autofree char *letters = tabella_base32 ((const guint8 *)bytes, size);
    g_autofree char *name = g_strdup_printf ("bytes-%" G_GSIZE_FORMAT, size);

    fuzz_seed_text (name, letters);
  }
}

const FuzzTarget fuzz_base32 = { "base32", NULL, run_base32, seed_base32 };

/* --- Crockford's letters; the first byte says how many bits --- */

static gboolean
run_crockford (const guint8 *bytes, gsize size)
{
  g_autofree char *typed = size > 0 ? fuzz_text (bytes + 1, size - 1) : NULL;
  g_autofree char *printed = NULL, *text = NULL, *grouped = NULL;
  guint8 out[20], back[20];
  gsize bits;

  if (typed == NULL)
    return FALSE;
  bits = bytes[0] % 32 * 5;
  printed = as_printed (typed);
  if (!tabella_uncrockford (typed, out, bits)) {
    FUZZ_CHECK (sodium_is_zero (out, (bits + 7) / 8) == 1);
    return FALSE;
  }
  text = tabella_crockford (out, bits, 0);
  grouped = tabella_crockford (out, bits, 3);
  FUZZ_CHECK (g_str_equal (text, printed));
  FUZZ_CHECK (tabella_uncrockford (grouped, back, bits) && memcmp (out, back, (bits + 7) / 8) == 0);
  return TRUE;
}

static void
seed_crockford (void)
{
  fuzz_seed_text ("code", "\x14"
                          "0123-4567-89AB-CDEF-GHJK");
  fuzz_seed_text ("setup", "\x10mnpq rstv wxyz oil0");
  fuzz_seed_text ("bits-5", "\x01Z");
  fuzz_seed_text ("bits-35", "\x07"
                             "7777777");
}

const FuzzTarget fuzz_crockford = { "crockford", NULL, run_crockford, seed_crockford };

/* --- An ID; the first byte says of which scheme --- */

static gboolean
run_id (const guint8 *bytes, gsize size)
{
  static char *const patterns[] = { "A999999X", "999999999999999", "99999999X", "XXXX99", NULL };
  static const TabellaIdScheme schemes[] = {
    { TABELLA_IDS_HKID, NULL, TABELLA_CHECK_NONE },
    { TABELLA_IDS_PATTERN, (char **)patterns, TABELLA_CHECK_NONE },
    { TABELLA_IDS_PATTERN, (char **)patterns, TABELLA_CHECK_LUHN },
    { TABELLA_IDS_PATTERN, (char **)patterns, TABELLA_CHECK_MOD11_2 },
    { TABELLA_IDS_PATTERN, (char **)patterns, TABELLA_CHECK_MOD97_10 },
    { TABELLA_IDS_PATTERN, (char **)patterns, TABELLA_CHECK_VERHOEFF },
  };
  const TabellaIdScheme *scheme = &schemes[size > 0 ? bytes[0] % G_N_ELEMENTS (schemes) : 0];
  g_autofree char *typed = size > 0 ? fuzz_text (bytes + 1, size - 1) : g_strdup ("");
  char id[TABELLA_ID_MAX + 1], again[TABELLA_ID_MAX + 1];
  TabellaIdVerdict verdict = tabella_id_normalise (typed, id);

  FUZZ_CHECK (strlen (id) <= TABELLA_ID_MAX && tabella_id_lane (scheme, id) <= 9);
  FUZZ_CHECK ((verdict == TABELLA_ID_OK) == (*id != '\0'));
  if (verdict != TABELLA_ID_OK)
    return FALSE;
  FUZZ_CHECK (strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen (id));
  FUZZ_CHECK (tabella_id_normalise (id, again) == TABELLA_ID_OK && g_str_equal (id, again));
  verdict = tabella_id_check (scheme, id);
  if (scheme->kind == TABELLA_IDS_HKID && verdict == TABELLA_ID_OK)
    FUZZ_CHECK (strlen (id) == 8 || strlen (id) == 9);
  return verdict == TABELLA_ID_OK;
}

static void
seed_id (void)
{
  fuzz_seed_text ("hkid", "\x06"
                          "A123456(3)");
  fuzz_seed_text ("wide", "\x06"
                          "ａ１２３４５６（３）");
  fuzz_seed_text ("two-letters", "\x06"
                                 "AB987654(3)");
  fuzz_seed_text ("luhn", "\x08"
                          "490154203237518");
  fuzz_seed_text ("mod11-2", "\x09"
                             "07940000-7");
  fuzz_seed_text ("mod97-10", "\x0A"
                              "7940 43");
  fuzz_seed_text ("verhoeff", "\x0B"
                              "236489123456788");
}

const FuzzTarget fuzz_id = { "id", NULL, run_id, seed_id };

/* --- A lane --- */

static gboolean
run_lane (const guint8 *bytes, gsize size)
{
  g_autofree char *text = fuzz_text (bytes, size), *again = NULL;
  g_autoptr (GError) error = NULL;
  guint16 mask, back;

  if (!tabella_lane_parse (text, &mask, &error)) {
    FUZZ_CHECK (mask == 0 && error != NULL);
    return FALSE;
  }
  again = tabella_lane_text (mask);
  FUZZ_CHECK (mask < 1 << 10 && tabella_lane_parse (again, &back, NULL) && back == mask);
  return TRUE;
}

static void
seed_lane (void)
{
  fuzz_seed_text ("none", "");
  fuzz_seed_text ("all", "0-9");
  fuzz_seed_text ("some", "9,0-2,5,7-8");
}

const FuzzTarget fuzz_lane = { "lane", NULL, run_lane, seed_lane };

/* --- A name in a public record --- */

static gboolean
run_name (const guint8 *bytes, gsize size)
{
  g_autofree char *name = fuzz_text (bytes, size);
  guint16 terminal = tabella_verify_number (name, "terminal-", 3, "");
  guint16 amendment = tabella_verify_number (name, "", 4, ".json");
  g_autofree char *as_terminal = g_strdup_printf ("terminal-%03u", terminal);
  g_autofree char *as_amendment = g_strdup_printf ("%04u.json", amendment);

  FUZZ_CHECK (terminal == 0 || g_str_equal (name, as_terminal));
  FUZZ_CHECK (amendment == 0 || g_str_equal (name, as_amendment));
  return terminal != 0 || amendment != 0;
}

static void
seed_name (void)
{
  fuzz_seed_text ("terminal", "terminal-001");
  fuzz_seed_text ("last", "terminal-65535");
  fuzz_seed_text ("amendment", "0042.json");
}

const FuzzTarget fuzz_name = { "name", NULL, run_name, seed_name };
