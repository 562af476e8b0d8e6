/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"

#include <string.h>
#include "bytes.h"

#define COUNTS "\"counts\":{\"checked_in\":5,\"cast\":4,\"challenged\":1}"
#define CLOCK  "\"clock\":\"2014-06-22 21:59\""

static const TabellaEventLine counted = {
  .checked_in = 5, .cast = 4, .challenged = 1, .clock = "2014-06-22 21:59"
};

static gboolean
parses (const char *line, TabellaEventLine *out, GError **error)
{
  return tabella_event_parse (line, strlen (line), out, error);
}

/* The exact bytes: the hash chain is over them. */
static void
test_texts (void)
{
  static const struct {
    TabellaEventKind kind;
    const char *text;
  } lines[] = {
    { TABELLA_EVENT_ENROLLED, "{\"event\":\"enrolled\"}" },
    { TABELLA_EVENT_INSTALLED, "{\"event\":\"installed\"}" },
    { TABELLA_EVENT_UNLOCKED, "{\"event\":\"unlocked\"}" },
    { TABELLA_EVENT_ZERO_REPORT, "{\"event\":\"zero_report\"," COUNTS "," CLOCK "}" },
    { TABELLA_EVENT_OPENED, "{\"event\":\"opened\"," COUNTS "," CLOCK "}" },
    { TABELLA_EVENT_PAUSED, "{\"event\":\"paused\"," COUNTS "," CLOCK "}" },
    { TABELLA_EVENT_RESUMED, "{\"event\":\"resumed\"," COUNTS "," CLOCK "}" },
    { TABELLA_EVENT_END_OF_DAY, "{\"event\":\"end_of_day\"," COUNTS "," CLOCK "}" },
    { TABELLA_EVENT_CLOSED, "{\"event\":\"closed\"," COUNTS "," CLOCK "}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    TabellaEventLine line = counted, back;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    line.kind = lines[i].kind;
    text = tabella_event_text (&line);
    g_assert_cmpstr (text, ==, lines[i].text);
    g_assert_true (parses (text, &back, &error));
    g_assert_no_error (error);
    g_assert_cmpint (back.kind, ==, line.kind);
    if (i < 3)
      continue;
    g_assert_cmpuint (back.checked_in, ==, 5);
    g_assert_cmpuint (back.cast, ==, 4);
    g_assert_cmpuint (back.challenged, ==, 1);
    g_assert_cmpstr (back.clock, ==, "2014-06-22 21:59");
  }
}

static void
test_amended (void)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_AMENDED,
                            .number = 65535,
                            .amend_kind = 6,
                            .target = 12,
                            .value = 4294967295u };
  TabellaEventLine back;
  g_autofree char *text = tabella_event_text (&line);

  g_assert_cmpstr (text, ==,
                   "{\"event\":\"amended\",\"number\":65535,\"kind\":6,\"target\":12,"
                   "\"value\":4294967295}");
  g_assert_true (parses (text, &back, NULL));
  g_assert_cmpuint (back.number, ==, 65535);
  g_assert_cmpuint (back.amend_kind, ==, 6);
  g_assert_cmpuint (back.target, ==, 12);
  g_assert_cmpuint (back.value, ==, 4294967295u);
}

static void
test_copied (void)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = 2 }, back;
  g_autofree char *hex = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;

  hand_bytes ("digest", line.digest);
  hex = tabella_hex (line.digest, 32);
  expected = g_strdup_printf ("{\"event\":\"copied\",\"number\":2,\"digest\":\"%s\"}", hex);
  text = tabella_event_text (&line);
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (parses (text, &back, NULL));
  g_assert_cmpuint (back.number, ==, 2);
  g_assert_cmpmem (back.digest, 32, line.digest, 32);
}

static void
test_faults (void)
{
  static const char *const faults[] = { "storage", "stick", "printer", "recovered", "clock" };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
    TabellaEventLine line = { .kind = TABELLA_EVENT_FAULT }, back;
    g_autofree char *text = NULL;

    g_strlcpy (line.what, faults[i], sizeof line.what);
    text = tabella_event_text (&line);
    g_assert_true (parses (text, &back, NULL));
    g_assert_cmpint (back.kind, ==, TABELLA_EVENT_FAULT);
    g_assert_cmpstr (back.what, ==, faults[i]);
  }
}

static void
test_names (void)
{
  for (guint kind = 0; kind <= TABELLA_EVENT_FAULT; kind++)
    for (guint other = 0; other < kind; other++)
      g_assert_cmpstr (tabella_event_name (kind), !=, tabella_event_name (other));
  g_assert_cmpstr (tabella_event_name (TABELLA_EVENT_ZERO_REPORT), ==, "zero_report");
}

/* Another program may put its spaces and its fields, after the first, differently. */
static void
test_other_spelling (void)
{
  TabellaEventLine back;

  g_assert_true (parses ("{ \"event\" : \"closed\", " CLOCK ", " COUNTS " }", &back, NULL));
  g_assert_cmpuint (back.cast, ==, 4);
}

static void
test_refusals (void)
{
  static const struct {
    const char *line, *part;
  } bad[] = {
    { "", "journal line" },
    { "[]", "object" },
    { "{}", "event: missing" },
    { "{\"event\":1}", "event" },
    { "{\"event\":\"Opened\"}", "\"Opened\" is no event" },
    { "{\"event\":\"enrolled\",\"event\":\"enrolled\"}", "duplicate" },
    { "{\"event\":\"enrolled\"}x", "line 1" },
    { "{\"event\":\"enrolled\"}\n", "more than one line" },
    { "{\"event\":\"enrolled\",\"clock\":\"2014-06-22 10:00\"}", "clock: unknown" },
    { "{" COUNTS ",\"event\":\"opened\"," CLOCK "}", "event: must be the first" },
    { "{\"event\":\"opened\"," COUNTS "}", "clock: missing" },
    { "{\"event\":\"opened\"," CLOCK "}", "counts: missing" },
    { "{\"event\":\"opened\"," COUNTS "," CLOCK ",\"voter\":1}", "voter: unknown" },
    { "{\"event\":\"opened\",\"counts\":{\"checked_in\":5,\"cast\":4}," CLOCK "}",
      "counts.challenged: missing" },
    { "{\"event\":\"opened\",\"counts\":{\"checked_in\":5,\"cast\":4,\"challenged\":1,\"x\":1}"
      "," CLOCK "}",
      "counts.x: unknown" },
    { "{\"event\":\"opened\",\"counts\":{\"checked_in\":-1,\"cast\":4,\"challenged\":1}," CLOCK "}",
      "counts.checked_in" },
    { "{\"event\":\"opened\",\"counts\":{\"checked_in\":4294967296,\"cast\":4,\"challenged\":1}"
      "," CLOCK "}",
      "counts.checked_in" },
    { "{\"event\":\"opened\",\"counts\":{\"checked_in\":1.0,\"cast\":4,\"challenged\":1}," CLOCK
      "}",
      "integer" },
    { "{\"event\":\"opened\",\"counts\":[5,4,1]," CLOCK "}", "counts" },
    { "{\"event\":\"amended\",\"number\":0,\"kind\":6,\"target\":1,\"value\":0}", "number" },
    { "{\"event\":\"amended\",\"number\":65536,\"kind\":6,\"target\":1,\"value\":0}", "number" },
    { "{\"event\":\"amended\",\"number\":1,\"kind\":0,\"target\":1,\"value\":0}", "kind" },
    { "{\"event\":\"amended\",\"number\":1,\"kind\":10,\"target\":1,\"value\":0}", "kind" },
    { "{\"event\":\"amended\",\"number\":1,\"kind\":6,\"target\":65536,\"value\":0}", "target" },
    { "{\"event\":\"amended\",\"number\":1,\"kind\":6,\"target\":1,\"value\":4294967296}",
      "value" },
    { "{\"event\":\"amended\",\"number\":1,\"kind\":6,\"target\":1}", "value: missing" },
    { "{\"event\":\"copied\",\"number\":1,\"digest\":\"00\"}", "digest" },
    { "{\"event\":\"copied\",\"number\":0,\"digest\":"
      "\"0000000000000000000000000000000000000000000000000000000000000000\"}",
      "number" },
    { "{\"event\":\"copied\",\"number\":1,\"digest\":"
      "\"000000000000000000000000000000000000000000000000000000000000000A\"}",
      "digest" },
    { "{\"event\":\"fault\",\"what\":\"voter left\"}", "\"voter left\" is no fault" },
    { "{\"event\":\"fault\"}", "what: missing" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    TabellaEventLine out;

    g_test_message ("%s", bad[i].line);
    g_assert_false (parses (bad[i].line, &out, &error));
    hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, bad[i].part);
  }
}

static void
test_clocks (void)
{
  static const char *const good[] = { "2014-06-22 00:00", "2016-02-31 23:59", "2014-12-31 10:00" };
  static const char *const bad[] = {
    "2014-6-22 10:00",
    "2014-06-22T10:00",
    "2014-13-01 10:00",
    "2014-00-01 10:00",
    "2014-06-32 10:00",
    "\357\274\222014-06-2 10:00",
    "2014-06-22 24:00",
    "2014-06-22 10:60",
    "2014-06-22 10:00:00",
    "2014-06-22 1a:00",
    "",
    "2014-06-22 10-00",
    " 2014-06-22 10:0",
    "2014-06-00 10:00",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *line =
        g_strdup_printf ("{\"event\":\"opened\"," COUNTS ",\"clock\":\"%s\"}", good[i]);
    TabellaEventLine out;

    g_assert_true (parses (line, &out, NULL));
    g_assert_cmpstr (out.clock, ==, good[i]);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *line =
        g_strdup_printf ("{\"event\":\"opened\"," COUNTS ",\"clock\":\"%s\"}", bad[i]);
    g_autoptr (GError) error = NULL;
    TabellaEventLine out;

    g_test_message ("%s", bad[i]);
    g_assert_false (parses (line, &out, &error));
    hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "clock");
  }
}

/* h_k spelt out: BLAKE2b-256, key HE, over 40 ‖ h_{k−1} ‖ u32 length ‖ line. */
static void
test_chain (void)
{
  static const char line[] = "{\"event\":\"enrolled\"}";
  guint8 message[1 + 32 + 4 + sizeof line - 1] = { 0x40 };
  guint8 he[32], previous[32], expected[32], next[32];

  hand_bytes ("HE", he);
  hand_bytes ("previous", previous);
  memcpy (message + 1, previous, 32);
  message[33] = sizeof line - 1;
  memcpy (message + 37, line, sizeof line - 1);
  g_assert_cmpint (crypto_generichash (expected, 32, message, sizeof message, he, 32), ==, 0);
  tabella_journal_chain (he, previous, line, sizeof line - 1, next);
  g_assert_cmpmem (next, 32, expected, 32);
}

static void
test_parse (void)
{
  static const char text[] = "{\"event\":\"enrolled\"}\n{\"event\":\"unlocked\"}\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) lines = NULL;
  guint8 he[32], head[32], expected[32] = { 0 };

  hand_bytes ("HE", he);
  lines = tabella_journal_parse (he, text, strlen (text), head, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_cmpint (g_array_index (lines, TabellaEventLine, 1).kind, ==, TABELLA_EVENT_UNLOCKED);
  tabella_journal_chain (he, expected, "{\"event\":\"enrolled\"}", 20, expected);
  tabella_journal_chain (he, expected, "{\"event\":\"unlocked\"}", 20, expected);
  g_assert_cmpmem (head, 32, expected, 32);
}

static void
test_empty (void)
{
  g_autoptr (GArray) lines = NULL;
  guint8 he[32], head[32];

  hand_bytes ("HE", he);
  lines = tabella_journal_parse (he, "", 0, head, NULL);
  g_assert_nonnull (lines);
  g_assert_cmpuint (lines->len, ==, 0);
  g_assert_true (sodium_is_zero (head, 32));
}

static void
test_parse_refusals (void)
{
  static const struct {
    const char *text, *part;
  } bad[] = {
    { "{\"event\":\"enrolled\"}", "journal line 1: not ended" },
    { "{\"event\":\"enrolled\"}\n{\"event\":\"unlocked\"}", "journal line 2: not ended" },
    { "{\"event\":\"enrolled\"}\n\n", "journal line 2" },
    { "{\"event\":\"enrolled\"}\n{\"event\":\"x\"}\n", "journal line 2: event" },
    { "\n", "journal line 1" },
  };
  guint8 he[32], head[32];

  hand_bytes ("HE", he);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (tabella_journal_parse (he, bad[i].text, strlen (bad[i].text), head, &error));
    hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, bad[i].part);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/texts", test_texts);
  g_test_add_func ("/journal/amended", test_amended);
  g_test_add_func ("/journal/copied", test_copied);
  g_test_add_func ("/journal/faults", test_faults);
  g_test_add_func ("/journal/names", test_names);
  g_test_add_func ("/journal/other-spelling", test_other_spelling);
  g_test_add_func ("/journal/refusals", test_refusals);
  g_test_add_func ("/journal/clocks", test_clocks);
  g_test_add_func ("/journal/chain", test_chain);
  g_test_add_func ("/journal/parse", test_parse);
  g_test_add_func ("/journal/empty", test_empty);
  g_test_add_func ("/journal/parse-refusals", test_parse_refusals);
  return g_test_run ();
}
