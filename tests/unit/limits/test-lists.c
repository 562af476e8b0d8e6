/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON, the list of voters, a slice's records and decks: how much, how deep, and what they say of
 * what is too much. */
#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "deck.h"
#include "files.h"
#include "fixture.h"
#include "roll-csv.h"

static TabellaElection *election;

/* --- JSON --- */

static gboolean
parse (const char *text, gsize size, GError **error)
{
  g_autoptr (json_t) json = tabella_json_parse ("it.json", text, size, error);

  return json != NULL;
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < TABELLA_JSON_DEPTH; i++) {
    g_string_prepend (text, i % 2 == 0 ? "[" : "{\"a\":");
    g_string_append (text, i % 2 == 0 ? "]" : "}");
  }
  g_assert_true (parse (text->str, text->len, &error));
  g_assert_no_error (error);
  g_string_prepend (text, "[");
  g_string_append (text, "]");
  g_assert_false (parse (text->str, text->len, &error));
  FIXTURE_ERROR (&error, FORMAT, "it.json", "more than 16 lists or objects inside each other");
}

/* "[[],[],…]": each list is two values to the count, itself and the comma. */
static void
test_values (void)
{
  const gsize n = TABELLA_JSON_VALUES_MAX / 2;
  g_autofree char *text = g_malloc (3 * n + 3);
  g_autoptr (GError) error = NULL;

  text[0] = '[';
  for (gsize i = 0; i < n; i++)
    memcpy (text + 1 + 3 * i, "[],", 3);
  text[3 * n] = ']'; /* in place of the last comma */
  g_assert_true (parse (text, 3 * n + 1, &error));
  g_assert_no_error (error);
  memcpy (text + 3 * n, ",1]", 3);
  g_assert_false (parse (text, 3 * n + 3, &error));
  FIXTURE_ERROR (&error, FORMAT, "it.json", "more than 4194304 values");
}

static void
test_numbers (void)
{
  static const struct {
    const char *text, *why;
  } cases[] = {
    { "[9007199254740991,-9007199254740991]", NULL },
    { "[9007199254740992]", "larger than 2^53 - 1" },
    { "[-9007199254740992]", "larger than 2^53 - 1" },
    { "[18446744073709551617]", "larger than 2^53 - 1" },
    { "[1.0]", "must be an integer" },
    { "[1e3]", "must be an integer" },
    { "{\"a\":1,\"a\":1}", "a" },
    { "{\"a\":1,\"\\u0061\":1}", "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    if (parse (cases[i].text, strlen (cases[i].text), &error) != (cases[i].why == NULL))
      g_error ("%s", cases[i].text);
    if (cases[i].why != NULL)
      FIXTURE_ERROR (&error, FORMAT, "it.json", cases[i].why);
  }
}

/* A string of a megabyte where a word is expected: what is said of it can be shown to a person. */
static void
test_messages (void)
{
  g_autofree char *huge = g_strnfill (1 << 20, 'x');
  g_autofree char *value = g_strdup_printf ("\"\xE2\x80\xAE%s\"", huge);
  g_autofree char *field = g_strdup_printf ("policies.%s", huge);
  g_autoptr (json_t) json = fixture_draft (3, 2);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const char *first, *second;

  fixture_edit (json, "policies.voting", value);
  fixture_edit (json, field, "1");
  g_assert_null (tabella_election_parse (json, "", problems));
  g_assert_cmpuint (problems->len, ==, 2);
  first = problems->pdata[0];
  second = problems->pdata[1];
  g_assert_cmpint (g_utf8_strlen (first, -1), ==, TABELLA_PROBLEM_CHARS);
  g_assert_cmpint (g_utf8_strlen (second, -1), ==, TABELLA_PROBLEM_CHARS);
  g_assert_true (g_str_has_suffix (first, "unknown field; remove it or correct its name"));
  g_assert_true (g_str_has_prefix (second, "policies.voting: is \"???xxx"));
  g_assert_true (g_str_has_suffix (second, "it must be one of \"assigned\", \"anywhere\""));
}

/* --- The list of voters --- */

/* The first problem with this list, "" if there is none. */
static char *
read_list (const char *text, gsize size)
{
  char *folder = fixture_folder ();
  g_autofree char *path = fixture_path (folder, "list.csv");
  g_auto (TabellaRollList) list = { 0 };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  TabellaRollProblems problems = { kept, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_file_write (path, text, size, 0600, &error));
  g_assert_true (tabella_roll_csv_read (election, path, NULL, NULL, &list, &problems, &error));
  g_assert_no_error (error);
  fixture_remove (folder);
  return g_strdup (kept->len > 0 ? kept->pdata[0] : "");
}

#define HEAD "id,name,style,station\n"

/* An ID may be typed with any number of spaces, so that only the line's end ends a line. */
static void
test_roll_line (void)
{
  static const char rest[] = ",CHAN Tai Man,all,mong-kok";
  g_autoptr (GString) text = g_string_new (HEAD "A1234563");
  g_autofree char *taken = NULL, *refused = NULL, *mac = NULL;

  while (text->len + strlen (rest) < strlen (HEAD) + TABELLA_ROLL_LINE_MAX)
    g_string_append_c (text, ' ');
  g_string_append (text, rest);
  taken = read_list (text->str, text->len);
  g_assert_cmpstr (taken, ==, "");
  g_string_insert_c (text, (gssize)strlen (HEAD), ' ');
  refused = read_list (text->str, text->len);
  fixture_assert_contains (refused, "line 2: longer than 4096 bytes");
  /* A spreadsheet of old ends lines with a carriage return: all of it is one line. */
  g_string_truncate (text, 0);
  while (text->len <= TABELLA_ROLL_LINE_MAX)
    g_string_append (text, "A1234563,CHAN Tai Man,all,mong-kok\r");
  mac = read_list (text->str, text->len);
  fixture_assert_contains (mac, "line 1: longer than 4096 bytes");
}

static void
test_roll_characters (void)
{
  static const struct {
    const char *name, *problem;
  } cases[] = {
    { "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81", "" },
    { "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
      "line 2: name: more than 8 combining marks in a row" },
    { "\xE2\x80\xAEman", "line 2: name: contains the control or invisible character U+202E" },
    { "a\xE3\x85\xA4", "line 2: name: contains the control or invisible character U+3164" },
    { "a\xEF\xBF\xBF", "line 2: name: contains the control or invisible character U+FFFF" },
    { "\"a\nb\"", "line 2: a quotation mark is not closed on this line" },
    { "\xE3\x80\x80", "line 2: name: empty" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf (HEAD "A1234563,%s,all,mong-kok\n", cases[i].name);
    g_autofree char *problem = read_list (text, strlen (text));

    if (!g_str_has_prefix (problem, cases[i].problem) || (*problem == '\0') != (i == 0))
      g_error ("case %u: \"%s\"", i, problem);
  }
}

/* --- A record of the roll, however it was made --- */

static gboolean
opens (const char *name, gsize size)
{
  static const guint8 slice_key[32] = { 1 }, p[32] = { 2 }, nonce[24] = { 0 };
  guint8 key[32], record[512] = { 0 }, box[sizeof record + 16];
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  g_autoptr (TabellaVoter) voter = NULL;
  g_autoptr (GError) error = NULL;

  record[6] = (guint8)size;
  record[7] = (guint8)(size >> 8);
  memcpy (record + 8, name, size);
  tabella_record_key (slice_key, "A1", key);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_encrypt (box, NULL, record, sizeof record, p,
                                                               32, NULL, nonce, key),
                   ==, 0);
  tabella_put (out, "TASLICE1\x01\0\0\0", 12);
  tabella_put_u16 (out, sizeof box);
  tabella_put (out, p, sizeof p);
  tabella_put (out, nonce, sizeof nonce);
  tabella_put (out, box, sizeof box);
  file = g_bytes_new (out->data, out->len);
  slice = tabella_slice_parse (file, &error);
  g_assert_no_error (error);
  voter = tabella_slice_find (slice, slice_key, p, "A1", &error);
  g_assert_true ((voter == NULL) == (error != NULL));
  return voter != NULL;
}

static void
test_records (void)
{
  g_autofree char *name = g_strnfill (TABELLA_NAME_MAX + 1, 'x');

  g_assert_true (opens (name, TABELLA_NAME_MAX));
  g_assert_false (opens (name, TABELLA_NAME_MAX + 1));
  g_assert_false (opens ("a\xE2\x80\xAE"
                         "b",
                         5));
  g_assert_false (opens ("a\x1B[2J", 5));
  g_assert_true (opens ("\xE9\x99\xB3", 3));
}

/* --- Decks --- */

static GPtrArray *
deck_problems (const char *text)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = tabella_deck_parse (election, text, strlen (text), problems);

  return problems;
}

#define DECK "terminal,id,kind,action,selections,style,booth,ticket\n"

static void
test_deck (void)
{
  g_autoptr (GString) text = g_string_new (DECK);
  g_autoptr (GPtrArray) most = NULL, fields = NULL, eight = NULL;

  for (guint i = 0; i <= TABELLA_PROBLEMS_NAMED; i++)
    g_string_append (text, "1,A1234564,roll,leave,,,,\n");
  most = deck_problems (text->str);
  g_assert_cmpuint (most->len, ==, TABELLA_PROBLEMS_NAMED);
  eight = deck_problems (DECK "1,A1234563,roll,leave,,,,\n");
  g_assert_cmpuint (eight->len, ==, 0);
  fields = deck_problems (DECK "1,A1234563,roll,leave,,,,,,\n");
  g_assert_cmpuint (fields->len, ==, 1);
  fixture_assert_contains (fields->pdata[0], "more than the 8 fields that a deck can have");
}

/* A voter's challenge is followed by that voter's next line, wherever it stands. */
static void
test_deck_challenges (void)
{
  static const char visit[] = "1,A1234563,roll,challenge,motion-1=students,,,\n"
                              "2,A1234563,roll,cast,motion-1=students,,,\n";
  g_autofree char *good =
      g_strconcat (DECK, visit, "1,A1234563,roll,cast,motion-1=students,,,\n", NULL);
  g_autofree char *bad = g_strconcat (DECK, visit, NULL);
  g_autoptr (GPtrArray) none = deck_problems (good), one = deck_problems (bad);

  if (none->len > 0)
    g_error ("%s", (char *)none->pdata[0]);
  g_assert_cmpuint (one->len, ==, 1);
  fixture_assert_contains (one->pdata[0], "line 1 of the deck");
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = NULL;
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  json = fixture_draft (3, 2);
  election = tabella_election_parse (json, "", problems);
  g_test_add_func ("/limits/json/depth", test_depth);
  g_test_add_func ("/limits/json/values", test_values);
  g_test_add_func ("/limits/json/numbers", test_numbers);
  g_test_add_func ("/limits/json/messages", test_messages);
  g_test_add_func ("/limits/roll/line", test_roll_line);
  g_test_add_func ("/limits/roll/characters", test_roll_characters);
  g_test_add_func ("/limits/roll/records", test_records);
  g_test_add_func ("/limits/deck/much", test_deck);
  g_test_add_func ("/limits/deck/challenges", test_deck_challenges);
  result = g_test_run ();
  tabella_election_free (election);
  return result;
}
