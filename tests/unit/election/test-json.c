/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "fixture.h"
#include "secret.h"

static json_t *
parse (const char *text, GError **error)
{
  return tabella_json_parse ("it.json", text, strlen (text), error);
}

static void
test_accepts (void)
{
  static const char *const good[] = {
    "{}",
    "[]",
    " {\"a\": [1, -1, 0, true, false, null, \"\"]}\n",
    "[9007199254740991, -9007199254740991]",
    "[\"\\u4e2d\xE6\x96\x87\"]",
    "[\"1.5e3 [[[[[[[[[[[[[[[[[[[ 99999999999999999999 \\\" {{{{\"]",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", /* 16 */
    "[{\"a\":[{\"a\":[{\"a\":[{\"a\":[{\"a\":[{\"a\":[{\"a\":[{}]}]}]}]}]}]}]}]",
    "[[[[]]],[[[]]],[[[]]],[[[]]],[[[]]],[[[]]]]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (json_t) json = parse (good[i], &error);

    g_assert_no_error (error);
    g_assert_nonnull (json);
  }
}

static void
test_refuses (void)
{
  static const struct {
    const char *text, *where, *why;
  } wrong[] = {
    { "", "line 1", "" },
    { "  ", "line 1", "" },
    { "1", "line 1", "" },
    { "{\"a\": 1,\n \"a\": 2}", "line 2", "duplicate" },
    { "\xEF\xBB\xBF{}", "line 1, column 1", "byte order mark" },
    { "[\n\n  1.0]", "line 3, column 3", "integer" },
    { "[1e3]", "line 1, column 2", "integer" },
    { "[0,\n1E0]", "line 2, column 1", "integer" },
    { "[-0.0]", "line 1, column 2", "integer" },
    { "[9007199254740992]", "line 1, column 2", "2^53" },
    { "[-9007199254740992]", "line 1, column 2", "2^53" },
    { "[99999999999999999999999999]", "line 1, column 2", "2^53" },
    { "[\"\xE4\xB8\xAD\", 1.5]", "line 1, column 7", "integer" },
    { "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "line 1, column 17", "16" },
    { "[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]", "line 1, column 17", "16" },
    { "{} {}", "line 1", "" },
    { "{\"a\": 1", "line 1", "" },
    { "{a: 1}", "line 1", "" },
    { "[1,]", "line 1", "" },
    { "[01]", "line 1", "" },
    { "[+1]", "line 1", "" },
    { "[NaN]", "line 1", "" },
    { "[\"\\u0000\"]", "line 1", "" },
    { "[\"\\ud800\"]", "line 1", "" },
    { "[\"\x01\"]", "line 1", "" },
    { "[\"\xFF\"]", "line 1", "UTF-8" },
    { "[\"\xC0\x80\"]", "line 1", "UTF-8" },
    { "[\"\xED\xA0\x80\"]", "line 1", "UTF-8" },
    { "// no\n{}", "line 1", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    if (parse (wrong[i].text, &error) != NULL)
      g_error ("read: %s", wrong[i].text);
    FIXTURE_ERROR (&error, FORMAT, "it.json", wrong[i].where, wrong[i].why);
  }
}

static void
test_refuses_zero_bytes (void)
{
  static const struct {
    const char *text;
    gsize size;
  } wrong[] = {
    { "{}\0", 3 },
    { "[1\0]", 4 },
    { "[\"a\0b\"]", 7 },
    { "\0{}", 3 },
    { "[-\0"
      "1]",
      5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (tabella_json_parse ("it.json", wrong[i].text, wrong[i].size, &error));
    FIXTURE_ERROR (&error, FORMAT, "it.json");
  }
}

/* Deep nesting is found before the parser recurses into it. */
static void
test_refuses_depth (void)
{
  g_autofree char *text = g_strnfill (10000000, '[');
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  FIXTURE_ERROR (&error, FORMAT, "column 17");
}

static void
test_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) json = parse ("{\"b\":1,\"a\":[\"\xE6\x96\x87\"]}", &error);
  g_autofree char *text = tabella_json_text (json);

  g_assert_cmpstr (text, ==, "{\n  \"b\": 1,\n  \"a\": [\n    \"\xE6\x96\x87\"\n  ]\n}\n");
}

static void
test_load (void)
{
  char *folder = fixture_folder ();
  g_autofree char *path = fixture_path (folder, "it.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) json = NULL;

  g_assert_null (tabella_json_load (path, &error));
  FIXTURE_ERROR (&error, IO, path);
  fixture_write (folder, "it.json", "{\n x}");
  g_assert_null (tabella_json_load (path, &error));
  FIXTURE_ERROR (&error, FORMAT, path, "line 2");
  fixture_write (folder, "it.json", "");
  g_assert_null (tabella_json_load (path, &error));
  FIXTURE_ERROR (&error, FORMAT, path, "empty");
  fixture_write (folder, "it.json", "{}");
  json = tabella_json_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (json_is_object (json));
  fixture_remove (folder);
}

static void
assert_problems (GPtrArray *problems, const char *const *expected)
{
  guint i = 0;

  for (; expected[i] != NULL; i++) {
    g_assert_cmpuint (i, <, problems->len);
    if (!g_str_has_prefix (problems->pdata[i], expected[i]))
      g_error ("\"%s\" does not begin with \"%s\"", (char *)problems->pdata[i], expected[i]);
  }
  g_assert_cmpuint (problems->len, ==, i);
}

static void
test_readers (void)
{
  static const char *const names[] = { "object", "list", "string", "int", "bool", "hex", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = parse ("{\"object\":{},\"list\":[],\"string\":\"s\",\"int\":-7,"
                                   "\"bool\":true,\"hex\":\"00ff\"}",
                                   NULL);
  guint8 bytes[2];

  tabella_json_only (json, "", names, problems);
  g_assert_true (json_is_object (tabella_json_object (json, "", "object", problems)));
  g_assert_true (json_is_array (tabella_json_array (json, "", "list", problems)));
  g_assert_cmpstr (tabella_json_string (json, "", "string", problems), ==, "s");
  g_assert_cmpint (tabella_json_int (json, "", "int", -7, -7, problems), ==, -7);
  g_assert_true (tabella_json_bool (json, "", "bool", problems));
  g_assert_true (tabella_json_hex (json, "", "hex", bytes, 2, problems));
  g_assert_cmpmem (bytes, 2, "\x00\xFF", 2);
  assert_problems (problems, (const char *const[]){ NULL });
}

static void
test_readers_problems (void)
{
  static const char *const names[] = { "object", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = parse ("{\"object\":[],\"list\":{},\"string\":1,\"int\":\"1\","
                                   "\"bool\":0,\"hex\":\"00FF\",\"far\":11}",
                                   NULL);
  guint8 bytes[2] = { 1, 1 };

  g_assert_null (tabella_json_object (json, "x.", "object", problems));
  g_assert_null (tabella_json_array (json, "x.", "list", problems));
  g_assert_null (tabella_json_string (json, "x.", "string", problems));
  g_assert_cmpint (tabella_json_int (json, "x.", "int", 5, 9, problems), ==, 5);
  g_assert_cmpint (tabella_json_int (json, "x.", "far", 5, 10, problems), ==, 5);
  g_assert_false (tabella_json_bool (json, "x.", "bool", problems));
  g_assert_false (tabella_json_hex (json, "x.", "hex", bytes, 2, problems));
  g_assert_cmpmem (bytes, 2, "\0\0", 2);
  g_assert_null (tabella_json_string (json, "x.", "gone", problems));
  tabella_json_only (json, "x.", names, problems);
  assert_problems (problems,
                   (const char *const[]){
                       "x.object: must be an object", "x.list: must be a list",
                       "x.string: must be a text", "x.int: must be a whole number",
                       "x.far: is 11; it must be from 5 to 10", "x.bool: must be true or false",
                       "x.hex: must be 2 bytes in lower-case hex", "x.gone: missing",
                       "x.list: unknown", "x.string: unknown", "x.int: unknown", "x.bool: unknown",
                       "x.hex: unknown", "x.far: unknown", NULL });
}

/* What is no object is reported once. */
static void
test_readers_no_object (void)
{
  static const char *const names[] = { "a", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = parse ("[]", NULL);

  tabella_json_only (json, "list[0].", names, problems);
  g_assert_null (tabella_json_string (json, "list[0].", "a", problems));
  g_assert_null (tabella_json_string (NULL, "list[0].", "a", problems));
  assert_problems (problems, (const char *const[]){ "list[0]: must be an object", NULL });
}

static void
test_problems (void)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_problems_none ("it", problems, &error));
  tabella_problem (problems, "a", "is %d", 1);
  g_assert_false (tabella_problems_none ("it", problems, &error));
  g_assert_cmpstr (error->message, ==, "it: a: is 1");
  g_clear_error (&error);
  tabella_problem (problems, "b", "\033[31m\302\233 \n\177 中");
  tabella_problem (problems, "c", "x");
  g_assert_cmpstr (problems->pdata[1], ==, "b: ?[31m?? ?? 中");
  g_assert_false (tabella_problems_none ("it", problems, &error));
  FIXTURE_ERROR (&error, INVALID, "it: a: is 1 (and 2 more)");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/accepts", test_accepts);
  g_test_add_func ("/json/refuses", test_refuses);
  g_test_add_func ("/json/refuses/zero-bytes", test_refuses_zero_bytes);
  g_test_add_func ("/json/refuses/depth", test_refuses_depth);
  g_test_add_func ("/json/text", test_text);
  g_test_add_func ("/json/load", test_load);
  g_test_add_func ("/json/readers", test_readers);
  g_test_add_func ("/json/readers/problems", test_readers_problems);
  g_test_add_func ("/json/readers/no-object", test_readers_no_object);
  g_test_add_func ("/json/problems", test_problems);
  return g_test_run ();
}
