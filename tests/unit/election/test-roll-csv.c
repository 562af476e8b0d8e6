/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of voters as people save them: what is taken, and what is refused by line. */
#include <string.h>
#include "folder.h"

#define HEAD "id,name,style,station\n"
#define GOOD "A1234563,CHAN Tai Man,all,mong-kok\n"

/* One combined terminal at each station of the example. */
static Folder *
make_folder (void)
{
  Folder *f = folder_new (NULL);

  for (guint16 s = 1; s <= 4; s++)
    folder_enrol (f, s, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  return f;
}

/* A second style that only station 1 offers. */
static void
add_style (Folder *f)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  json_t *station = json_array_get (json_object_get (f->draft, "stations"), 0);
  json_t *style = json_deep_copy (json_array_get (json_object_get (f->draft, "styles"), 0));

  json_object_set_new (style, "id", json_string ("short"));
  json_array_append_new (json_object_get (f->draft, "styles"), style);
  json_array_append_new (json_object_get (station, "styles"), json_string ("short"));
  tabella_election_free (f->e);
  f->e = tabella_election_parse (f->draft, "", problems);
  g_assert_cmpuint (problems->len, ==, 0);
}

/* Builds from @text; the voter with @id must then be in station @station's slice as @name. */
static void
accept (const char *text, gssize size, const char *id, guint16 station, const char *name)
{
  g_autoptr (Folder) f = make_folder ();
  g_autofree char *keys_name = g_strdup_printf ("roll/%03u.keys", station);
  g_autoptr (GBytes) sealed = NULL, file = NULL;
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  g_autoptr (TabellaVoter) voter = NULL;
  GError *error = NULL;
  guint8 p[32];

  folder_list (f, text, size);
  folder_roll_good (f);
  sealed = folder_read (f, keys_name);
  keys = tabella_roll_keys_open (sealed, f->secrets[station], &error);
  g_assert_no_error (error);
  file = tabella_roll_slice_load (f->path, keys->slices[0].slice, TABELLA_SLICES_LIMIT, &error);
  g_assert_no_error (error);
  slice = tabella_slice_parse (file, &error);
  g_assert_no_error (error);
  tabella_pseudonym (keys->roll_key, id, p);
  voter = tabella_slice_find (slice, keys->slices[0].key, p, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (voter);
  g_assert_cmpstr (voter->name, ==, name);
  g_assert_cmpuint (voter->station, ==, station);
  g_assert_cmpuint (voter->style, ==, 0);
  g_assert_cmpuint (voter->flags, ==, 0);
}

static void
test_good_forms (void)
{
  static const struct {
    const char *text, *id;
    guint16 station;
    const char *name;
  } cases[] = {
    { HEAD GOOD, "A1234563", 2, "CHAN Tai Man" },
    { HEAD "A1234563,CHAN Tai Man,all,mong-kok", "A1234563", 2, "CHAN Tai Man" }, /* no last LF */
    { "id,name,style,station\r\nA1234563,CHAN Tai Man,all,mong-kok\r\n", "A1234563", 2,
      "CHAN Tai Man" },
    { "\xEF\xBB\xBF" HEAD GOOD, "A1234563", 2, "CHAN Tai Man" },
    { "station,id,style,name\nsha-tin,A1234563,all,CHAN Tai Man\n", "A1234563", 3, "CHAN Tai Man" },
    { HEAD "A123456(3),CHAN Tai Man,all,tuen-mun\n", "A1234563", 4, "CHAN Tai Man" },
    { HEAD "a 123 456 3,CHAN Tai Man,all,tuen-mun\n", "A1234563", 4, "CHAN Tai Man" },
    { HEAD "Ａ１２３４５６（３）,陳大文,all,causeway-bay\n", "A1234563", 1, "陳大文" },
    { HEAD "A1234563,\"CHAN, Tai Man\",all,mong-kok\n", "A1234563", 2, "CHAN, Tai Man" },
    { HEAD "A1234563,\"CHAN \"\"Sam\"\" Tai Man\",all,mong-kok\n", "A1234563", 2,
      "CHAN \"Sam\" Tai Man" },
    { "\"id\",\"name\",\"style\",\"station\"\n\"A1234563\",\"C\",\"all\",\"mong-kok\"\n",
      "A1234563", 2, "C" },
    { HEAD "A1234563,CHAN Tai Man,,mong-kok\n", "A1234563", 2, "CHAN Tai Man" }, /* only style */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    accept (cases[i].text, -1, cases[i].id, cases[i].station, cases[i].name);
}

static void
test_longest_name (void)
{
  g_autofree char *name = g_strnfill (TABELLA_NAME_MAX, 'x');
  g_autofree char *text = g_strconcat (HEAD "A1234563,", name, ",all,mong-kok\n", NULL);

  accept (text, -1, "A1234563", 2, name);
}

/* Builds from @text, which must be refused with @first alone, and leaves nothing behind. */
static void
refuse (Folder *f, const char *text, gssize size, const char *first)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  gboolean done;

  folder_list (f, text, size);
  done = folder_roll (f, problems, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, "nothing was written");
  assert_one_problem (problems, first);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "line "));
  g_assert_false (folder_has (f, "roll"));
  g_assert_false (folder_has (f, ".roll.tmp"));
}

static void
test_bad_lines (void)
{
  static const char *const cases[][2] = {
    { HEAD GOOD "A1234564,X,all,mong-kok\n", "line 3: id: its check digit" },
    { HEAD "A123456,X,all,mong-kok\n" GOOD, "line 2: id: not of the form" },
    { HEAD ",X,all,mong-kok\n" GOOD, "line 2: id: not of the form" },
    { HEAD "A1234563A1234563A1234563A12345633,X,all,mong-kok\n", "line 2: id: not of the form" },
    { HEAD "A1234563,,all,mong-kok\n", "line 2: name: empty" },
    { HEAD "A1234563,  ,all,mong-kok\n", "line 2: name: empty" },
    { HEAD "A1234563,\"\",all,mong-kok\n", "line 2: name: empty" },
    { HEAD "A1234563,A\tB,all,mong-kok\n",
      "line 2: name: contains the control or invisible character U+0009" },
    { HEAD "A1234563,A\rB,all,mong-kok\n",
      "line 2: name: contains the control or invisible character U+000D" },
    { HEAD "A1234563,A\x7F,all,mong-kok\n",
      "line 2: name: contains the control or invisible character U+007F" },
    { HEAD "A1234563,A\xC2\x85,all,mong-kok\n", "or invisible character U+0085" },
    { HEAD "A1234563,A\xE2\x80\xAE"
           "B,all,mong-kok\n",
      "or invisible character U+202E" },
    { HEAD "A1234563,A\xE2\x81\xA6"
           "B,all,mong-kok\n",
      "or invisible character U+2066" },
    { HEAD "A1234563,A\xE2\x80\x8F,all,mong-kok\n", "or invisible character U+200F" },
    { HEAD "A1234563,A\xD8\x9C,all,mong-kok\n", "or invisible character U+061C" },
    { HEAD "A1234563,A\xEF\xBB\xBF,all,mong-kok\n", "or invisible character U+FEFF" },
    { HEAD "A1234563,A,ALL,mong-kok\n", "line 2: style: \"ALL\" is not in election.json" },
    { HEAD "A1234563,A,all,mongkok\n", "line 2: station: \"mongkok\" is not in election.json" },
    { HEAD "A1234563,A,all,\n", "line 2: station: \"\" is not in election.json" },
    { HEAD "A1234563,A,all, mong-kok\n", "line 2: station: \" mong-kok\" is not" },
    { HEAD "A1234563,A,all\n", "line 2: 3 of the 4 fields" },
    { HEAD "A1234563\n" GOOD, "line 2: 1 of the 4 fields" },
    { HEAD "A1234563,A,B,all,mong-kok\n", "line 2: more than 4 fields" },
    { HEAD GOOD "\n", "line 3: empty" },
    { HEAD "\r\n" GOOD, "line 2: empty" },
    { HEAD "A1234563,\"A,all,mong-kok\n", "line 2: a quotation mark is not closed" },
    { HEAD "A1234563,A \"B\" C,all,mong-kok\n", "line 2: a quotation mark inside a field" },
    { HEAD "A1234563,\"A\"B,all,mong-kok\n", "line 2: text after a closing quotation mark" },
    { HEAD "A1234563,A,all,mong-kok,\n", "line 2: more than 4 fields" },
  };
  g_autoptr (Folder) f = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    refuse (f, cases[i][0], -1, cases[i][1]);
}

static void
test_headers (void)
{
  static const char *const cases[][2] = {
    { "", "line 1: the list is empty" },
    { "\xEF\xBB\xBF", "line 1: the list is empty" },
    { "id,name,style,station,note\n" GOOD, "line 1: column \"note\" is unknown" },
    { "id,name,style,id\n" GOOD, "line 1: column \"id\" is there twice" },
    { "id,name,style,place\n" GOOD, "line 1: column \"place\" is unknown" },
    { "ID,name,style,station\n" GOOD, "line 1: column \"ID\" is unknown" },
    { "id,name,style\nA1234563,X,all\n", "line 1: it names 3 of the 4 columns" },
    { "id;name;style;station\nA1234563;X;all;mong-kok\n",
      "line 1: column \"id;name;style;station\" is" },
    { "\n" HEAD GOOD, "line 1: empty" },
    { GOOD, "line 1: column \"A1234563\" is unknown" },
  };
  g_autoptr (Folder) f = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    refuse (f, cases[i][0], -1, cases[i][1]);
}

static void
test_encodings (void)
{
  static const char utf16[] = "\xFF\xFEi\0d\0,\0", utf16be[] = "\xFE\xFF\0i\0d";
  static const char bare[] = "i\0d\0,\0n\0a\0m\0e\0\n\0";
  static const char zero[] = HEAD "A1234563,A\0B,all,mong-kok\n";
  g_autoptr (Folder) f = make_folder ();

  refuse (f, utf16, sizeof utf16 - 1, "line 1: the list is UTF-16");
  refuse (f, utf16be, sizeof utf16be - 1, "line 1: the list is UTF-16");
  refuse (f, bare, sizeof bare - 1, "line 1: zero bytes: not UTF-8, perhaps UTF-16");
  refuse (f, zero, sizeof zero - 1, "line 2: zero bytes");
  /* José in Latin-1, 陳 in Big5 and in GBK, a lone continuation, an overlong slash, a surrogate. */
  refuse (f, HEAD "A1234563,Jos\xE9,all,mong-kok\n", -1, "line 2: not UTF-8, perhaps Latin-1");
  refuse (f, HEAD GOOD "B1111111,\xB3\xAF,all,mong-kok\n", -1, "line 3: not UTF-8");
  refuse (f, HEAD "A1234563,\xB3\xC2,all,mong-kok\n", -1, "line 2: not UTF-8");
  refuse (f, HEAD "A1234563,\x80,all,mong-kok\n", -1, "line 2: not UTF-8");
  refuse (f, HEAD "A1234563,\xC0\xAF,all,mong-kok\n", -1, "line 2: not UTF-8");
  refuse (f, HEAD "A1234563,\xED\xA0\x80,all,mong-kok\n", -1, "line 2: not UTF-8");
  refuse (f, "id,nam\xE9,style,station\n" GOOD, -1, "line 1: not UTF-8");
}

static void
test_name_too_long (void)
{
  g_autofree char *name = g_strnfill (TABELLA_NAME_MAX + 1, 'x');
  g_autofree char *text = g_strconcat (HEAD "A1234563,", name, ",all,mong-kok\n", NULL);
  g_autoptr (Folder) f = make_folder ();

  refuse (f, text, -1, "line 2: name: longer than 200 bytes");
}

static void
test_styles (void)
{
  g_autoptr (Folder) f = make_folder ();

  add_style (f);
  refuse (f, HEAD "A1234563,A,short,mong-kok\n", -1,
          "line 2: style: station \"mong-kok\" does not");
  refuse (f, HEAD "A1234563,A,,mong-kok\n", -1, "line 2: style: \"\" is not");
  folder_list (f, HEAD "A1234563,A,short,causeway-bay\n", -1);
  folder_roll_good (f);
}

static void
test_duplicates (void)
{
  g_autoptr (Folder) f = make_folder ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  gboolean done;

  refuse (f, HEAD GOOD "a123456(3),SOMEONE Else,all,sha-tin\n", -1,
          "line 3: id: the same as on line 2");
  /* Three of one and two of another: in the order of lines. */
  folder_list (f, HEAD "B1111111,B,all,mong-kok\n" GOOD GOOD "B1111111,B,all,mong-kok\n" GOOD, -1);
  done = folder_roll (f, problems, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, "3 problems");
  g_assert_cmpuint (problems->len, ==, 3);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "line 4: id: the same as on line 3"));
  g_assert_true (g_str_has_prefix (problems->pdata[1], "line 5: id: the same as on line 2"));
  g_assert_true (g_str_has_prefix (problems->pdata[2], "line 6: id: the same as on line 3"));
}

static void
test_every_bad_line (void)
{
  g_autoptr (Folder) f = make_folder ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (HEAD GOOD);
  GError *error = NULL;
  gboolean done;

  for (guint i = 0; i < 1005; i++)
    g_string_append (text, "A1234564,X,all,mong-kok\n");
  folder_list (f, text->str, -1);
  done = folder_roll (f, problems, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, "1005 problems");
  g_assert_cmpuint (problems->len, ==, 1001);
  g_assert_true (g_str_has_prefix (problems->pdata[999], "line 1002: "));
  g_assert_cmpstr (problems->pdata[1000], ==, "… and 5 more");
}

static void
test_several_faults_in_one_line (void)
{
  g_autoptr (Folder) f = make_folder ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  gboolean done;

  folder_list (f, HEAD "A1234564,,none,nowhere\n\"A\nB\"\n", -1);
  done = folder_roll (f, problems, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, "6 problems");
  g_assert_cmpuint (problems->len, ==, 6);
}

static void
test_no_voters (void)
{
  g_autoptr (Folder) f = make_folder ();
  g_autoptr (Folder) strict = folder_new ("walk_ins=refused");
  g_autoptr (Folder) provisional = folder_new ("walk_ins=provisional");

  folder_list (f, HEAD, -1);
  folder_roll_good (f);
  folder_enrol (provisional, 1, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  folder_list (provisional, HEAD, -1);
  folder_roll_good (provisional);
  folder_enrol (strict, 1, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  refuse (strict, HEAD, -1, "no voters, and the election refuses walk-ins");
}

typedef struct {
  guint64 last, of;
  guint calls;
} Seen;

static void
on_progress (guint64 done, guint64 of, gpointer data)
{
  Seen *seen = data;

  g_assert_cmpuint (done, >, seen->last);
  g_assert_cmpuint (done, <=, of);
  seen->last = done;
  seen->of = of;
  seen->calls++;
}

static void
test_progress (void)
{
  g_autoptr (Folder) f = make_folder ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (HEAD);
  g_autofree char *list = folder_file (f, "list.csv");
  GError *error = NULL;
  guint64 voters = 0;
  Seen seen = { 0 };

  for (guint i = 0; i < 9000; i++) {
    g_autofree char *id = made_up_id (i);

    g_string_append_printf (text, "%s,X,all,mong-kok\n", id);
  }
  folder_list (f, text->str, -1);
  tabella_roll_build (f->path, f->e, list, NULL, NULL, on_progress, &seen, problems, &voters,
                      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (voters, ==, 9000);
  g_assert_cmpuint (seen.of, ==, 9001);
  g_assert_cmpuint (seen.last, ==, 9001);
  g_assert_cmpuint (seen.calls, ==, 3);
}

static void
test_no_file (void)
{
  g_autoptr (Folder) f = make_folder ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  gboolean done = folder_roll (f, problems, &error);

  assert_refused (done, &error, TABELLA_ELECTION_ERROR_IO, "list.csv");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roll-csv/good-forms", test_good_forms);
  g_test_add_func ("/roll-csv/longest-name", test_longest_name);
  g_test_add_func ("/roll-csv/bad-lines", test_bad_lines);
  g_test_add_func ("/roll-csv/headers", test_headers);
  g_test_add_func ("/roll-csv/encodings", test_encodings);
  g_test_add_func ("/roll-csv/name-too-long", test_name_too_long);
  g_test_add_func ("/roll-csv/styles", test_styles);
  g_test_add_func ("/roll-csv/duplicates", test_duplicates);
  g_test_add_func ("/roll-csv/every-bad-line", test_every_bad_line);
  g_test_add_func ("/roll-csv/several-faults", test_several_faults_in_one_line);
  g_test_add_func ("/roll-csv/no-voters", test_no_voters);
  g_test_add_func ("/roll-csv/progress", test_progress);
  g_test_add_func ("/roll-csv/no-file", test_no_file);
  return g_test_run ();
}
