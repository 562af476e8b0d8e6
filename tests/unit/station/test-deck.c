/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deck.h"
#include <string.h>
#include "secret.h"

/* Two made-up identity cards with a right check digit. */
#define ID1 "A0000003"
#define ID2 "A0000011"

static TabellaElection *
make_election (void)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  json_t *draft = tabella_election_example ("referendum-2014", &error);
  json_t *second = json_array_get (json_object_get (draft, "contests"), 1);
  TabellaElection *e;

  g_assert_no_error (error);
  json_object_set_new (second, "max", json_integer (2));
  e = tabella_election_parse (draft, "", problems);
  g_assert_cmpuint (problems->len, ==, 0);
  json_decref (draft);
  return e;
}

static GPtrArray *
parse (const char *text, GPtrArray *problems)
{
  g_autoptr (TabellaElection) e = make_election ();

  return tabella_deck_parse (e, text, strlen (text), problems);
}

static void
test_whole (void)
{
  static const char text[] = "selections,action,kind,id,terminal,ticket,booth,style\r\n"
                             "motion-1=abstain;motion-2=no-veto+veto,cast,roll,a000000(3),1,,,\r\n"
                             ",challenge,walkin,\"" ID2 "\",65535,,12,all\r\n"
                             "\"motion-1=alliance\",leave,provisional," ID2 ",65535,1,,\r\n";
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = parse (text, problems);
  const TabellaDeckLine *line;
  const TabellaDeckChoice *c;

  if (problems->len > 0)
    g_error ("%s", (char *)problems->pdata[0]);
  g_assert_cmpuint (lines->len, ==, 3);
  line = lines->pdata[0];
  g_assert_cmpuint (line->number, ==, 1);
  g_assert_cmpuint (line->terminal, ==, 1);
  g_assert_cmpstr (line->id, ==, ID1);
  g_assert_cmpint (line->kind, ==, TABELLA_CHECKIN_ROLL);
  g_assert_cmpint (line->action, ==, TABELLA_DECK_CAST);
  g_assert_cmpint (line->style, ==, -1);
  g_assert_cmpuint (line->booth, ==, 0);
  g_assert_cmpuint (line->ticket, ==, 0);
  g_assert_cmpuint (line->choices->len, ==, 3);
  c = &g_array_index (line->choices, TabellaDeckChoice, 0);
  g_assert_cmpuint (c->contest, ==, 0);
  g_assert_cmpuint (c->option, ==, 3);
  c = &g_array_index (line->choices, TabellaDeckChoice, 2);
  g_assert_cmpuint (c->contest, ==, 1);
  g_assert_cmpuint (c->option, ==, 0);
  line = lines->pdata[1];
  g_assert_cmpuint (line->terminal, ==, 65535);
  g_assert_cmpint (line->kind, ==, TABELLA_CHECKIN_WALKIN);
  g_assert_cmpint (line->action, ==, TABELLA_DECK_CHALLENGE);
  g_assert_cmpint (line->style, ==, 0);
  g_assert_cmpuint (line->booth, ==, 12);
  g_assert_cmpuint (line->choices->len, ==, 0);
  line = lines->pdata[2];
  g_assert_cmpint (line->kind, ==, TABELLA_CHECKIN_PROVISIONAL);
  g_assert_cmpint (line->action, ==, TABELLA_DECK_LEAVE);
  g_assert_cmpuint (line->ticket, ==, 1);
  g_assert_true (tabella_deck_same_voter (line, lines->pdata[1]));
  g_assert_false (tabella_deck_same_voter (line, lines->pdata[0]));
}

/* Header and lines after it; exactly this problem, and of this line. */
static void
test_problems (void)
{
#define HEAD "terminal,id,kind,action,selections\n"
#define MORE "terminal,id,kind,action,selections,style,booth,ticket\n"
#define GOOD "1," ID1 ",roll,cast,\n"
  static const struct {
    const char *text;
    guint line;
    const char *part;
  } cases[] = {
    { "", 0, "the deck is empty" },
    { "\xEF\xBB\xBF", 0, "the deck is empty" },
    { "terminal,id,kind,action\n", 0, "\"selections\" is missing" },
    { "terminal,id,kind,action,selections,\"par\"\"ty\"\n", 0, "\"par\"ty\" is unknown" },
    { "terminal,\"id\"x,kind,action,selections\n", 0, "quotation mark does not close" },
    { "terminal,id,kind,action,\"selections", 0, "quotation mark does not close" },
    { "terminal,id,kind,action,selections,party\n", 0, "\"party\" is unknown" },
    { "terminal,id,kind,action,selections,id\n", 0, "\"id\" is there twice" },
    { HEAD GOOD "\n" GOOD, 2, "1 fields, but the first line names 5 columns" },
    { HEAD GOOD "1," ID1 ",roll,cast,,\n", 2, "6 fields" },
    { HEAD "1,\"" ID1 ",roll,cast,\n", 1, "quotation mark" },
    { HEAD "1,\"" ID1 "\"x,roll,cast,\n", 1, "quotation mark" },
    { HEAD "0," ID1 ",roll,cast,\n", 1, "terminal: \"0\"" },
    { HEAD "65536," ID1 ",roll,cast,\n", 1, "terminal: \"65536\"" },
    { HEAD "one," ID1 ",roll,cast,\n", 1, "terminal: \"one\"" },
    { HEAD "," ID1 ",roll,cast,\n", 1, "terminal: \"\"" },
    { HEAD "1,A0000004,roll,cast,\n", 1, "check digit" },
    { HEAD "1,12345,roll,cast,\n", 1, "not of the form" },
    { HEAD "1,,roll,cast,\n", 1, "not of the form" },
    { HEAD GOOD GOOD "1," ID1 ",paper,cast,\n", 3, "kind: \"paper\"" },
    { HEAD "1," ID1 ",,cast,\n", 1, "kind: \"\"" },
    { HEAD "1," ID1 ",roll,spoil,\n", 1, "action: \"spoil\"" },
    { HEAD "1," ID1 ",roll,cast,motion-3=abstain\n", 1, "\"motion-3=abstain\"" },
    { HEAD "1," ID1 ",roll,cast,motion-1\n", 1, "\"motion-1\"" },
    { HEAD "1," ID1 ",roll,cast,motion-1=nobody\n", 1, "no option \"nobody\"" },
    { HEAD "1," ID1 ",roll,cast,motion-1=alliance+students\n", 1, "too many in contest" },
    { HEAD "1," ID1 ",roll,cast,motion-2=veto+veto\n", 1, "\"veto\" is there twice" },
    { HEAD "1," ID1 ",roll,cast,motion-1=abstain;motion-1=abstain\n", 1, "is there twice" },
    { HEAD "1," ID1 ",roll,cast,motion-1=abstain;\n", 1, "\"\" is not contest" },
    { MORE "1," ID1 ",roll,cast,,wide,,\n", 1, "style: \"wide\"" },
    { MORE "1," ID1 ",roll,cast,,,0,\n", 1, "booth: \"0\"" },
    { MORE "1," ID1 ",roll,cast,,,,1\n", 1, "no earlier line" },
    { MORE "1," ID1 ",roll,cast,,,,\n1," ID1 ",roll,cast,,,,2\n", 2, "ticket: \"2\"" },
    { HEAD GOOD "1," ID1 ",roll,challenge,\n1," ID2 ",roll,cast,\n", 2, "after a challenge" },
    { HEAD "1," ID1 ",roll,challenge,\n2," ID1 ",roll,cast,\n", 1, "after a challenge" },
    { HEAD "1," ID1 ",roll,cast,\xFF\n", 0, "not UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GPtrArray) lines = parse (cases[i].text, problems);
    g_autofree char *name = tabella_deck_line_name (cases[i].line);

    if (problems->len != 1 || !g_str_has_prefix (problems->pdata[0], name) ||
        strstr (problems->pdata[0], cases[i].part) == NULL)
      g_error ("case %u: wanted \"%s … %s\", got %u: %s", i, name, cases[i].part, problems->len,
               problems->len > 0 ? (char *)problems->pdata[0] : "");
  }
}

/* Every wrong line is named, not only the first. */
static void
test_all_problems (void)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines =
      parse (HEAD GOOD "x," ID1 ",roll,cast,\n" GOOD "1," ID1 ",any,cast,\n", problems);

  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "line 2 of the deck (the file's line 3): "));
  g_assert_true (g_str_has_prefix (problems->pdata[1], "line 4 of the deck (the file's line 5): "));
}

static void
test_load (void)
{
  g_autoptr (TabellaElection) e = make_election ();
  GError *error = NULL;

  g_assert_null (tabella_deck_load (e, "/nonexistent/deck.csv", &error));
  g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deck/whole", test_whole);
  g_test_add_func ("/deck/problems", test_problems);
  g_test_add_func ("/deck/all-problems", test_all_problems);
  g_test_add_func ("/deck/load", test_load);
  return g_test_run ();
}
