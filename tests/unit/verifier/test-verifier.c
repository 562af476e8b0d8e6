/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts, exclusions, incidents, and records that are only begun. */
#include "mutation.h"

#include <string.h>
#include "files.h"

#define ALL TABELLA_VERIFY_ALL

static TabellaVerifyReport *
verify (const Record *r)
{
  return record_verify (r, ALL, &r->f->organisers, NULL);
}

/* The checks that failed, as bits; those that did not run too if @not_run. */
static guint32
failed (const TabellaVerifyReport *report, gboolean not_run)
{
  guint32 bits = 0;

  for (guint i = 1; i <= ALL; i++)
    if (report->checks[i].ran ? !report->checks[i].passed : not_run)
      bits |= 1u << i;
  return bits;
}

static guint
incidents_with (const TabellaVerifyReport *report, const char *words)
{
  guint n = 0;

  for (guint i = 0; i < report->incidents->len; i++)
    n += strstr (report->incidents->pdata[i], words) != NULL ? 1 : 0;
  return n;
}

/* --- Verdicts --- */

static void
test_verdicts (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autoptr (TabellaVerifyReport) with_key = verify (r);
  g_autoptr (TabellaVerifyReport) without = record_verify (r, ALL, NULL, NULL);
  g_autofree char *code = NULL;

  g_assert_cmpint (with_key->verdict, ==, TABELLA_VERDICT_VALID);
  g_assert_cmpint (without->verdict, ==, TABELLA_VERDICT_CONSISTENT);
  g_assert_cmphex (failed (without, TRUE), ==, 0);
  g_assert_true (with_key->practice);
  g_assert_cmpuint (with_key->excluded, ==, 0);
  g_assert_cmpuint (with_key->incidents->len, ==, 1);
  g_assert_cmpuint (incidents_with (with_key, "ended by an amendment at batch 1: what came later"),
                    ==, 1);
  g_assert_cmpuint (strlen (with_key->transcript), ==, 24);
  for (guint i = 1; i <= ALL; i++) {
    g_assert_cmpuint (with_key->checks[i].number, ==, i);
    g_assert_nonnull (with_key->checks[i].name);
    g_assert_null (with_key->checks[i].detail);
  }
}

static void
test_other_key (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_auto (TabellaMinisignSecret) secret = { 0 };
  TabellaMinisignPublic other;
  g_autoptr (TabellaVerifyReport) report = NULL;

  tabella_minisign_generate (&other, &secret);
  report = record_verify (r, ALL, &other, NULL);
  g_assert_cmphex (failed (report, TRUE), ==, 1u << 1);
  g_assert_nonnull (strstr (report->checks[1].detail, "key was given"));
}

static void
test_no_record (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("tabella-empty-XXXXXX", &error);
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autoptr (TabellaVerifyReport) report = NULL;

  g_assert_no_error (error);
  g_assert_null (tabella_verify_record (missing, ALL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO);
  g_clear_error (&error);
  report = tabella_verify_record (folder, ALL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_INVALID);
  g_assert_cmphex (failed (report, FALSE), ==, 1u << 1);
  g_assert_cmphex (failed (report, TRUE), ==, NOT_RUN (1, 17));
  tabella_folder_remove (folder, &error);
  g_assert_no_error (error);
}

typedef struct {
  guint check, calls;
  guint64 done, of;
} Seen;

static void
on_progress (guint check, guint64 done, guint64 of, gpointer data)
{
  Seen *seen = data;

  g_assert_cmpuint (done, <=, of);
  if (check == seen[check].check)
    g_assert_cmpuint (done, >=, seen[check].done);
  seen[check] = (Seen){ check, seen[check].calls + 1, done, of };
}

static void
test_progress (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autofree char *folder = record_write (r);
  g_autoptr (GError) error = NULL;
  Seen seen[ALL + 1] = { { 0 } };
  g_autoptr (TabellaVerifyReport) report =
      tabella_verify_record (folder, ALL, NULL, NULL, on_progress, seen, &error);

  g_assert_no_error (error);
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_CONSISTENT);
  g_assert_cmpuint (seen[10].of, ==, 14); /* every record */
  g_assert_cmpuint (seen[10].done, ==, 14);
  g_assert_cmpuint (seen[16].done, ==, 14); /* every count */
  tabella_folder_remove (folder, &error);
  g_assert_no_error (error);
}

/* --- Begun records: a trustee's request folder --- */

static void
begun (Record *r, const char *const *prefixes)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, r->files);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    for (guint i = 0; prefixes[i] != NULL; i++)
      if (g_str_has_prefix (name, prefixes[i])) {
        g_hash_table_iter_remove (&iter);
        break;
      }
}

static void
test_batches_only (gconstpointer data)
{
  static const char *const left_out[] = { "strike-", "tally-", "result", "ceremony/", NULL };
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autoptr (TabellaVerifyReport) report = NULL, late = NULL;

  begun (r, left_out);
  report = record_verify (r, TABELLA_VERIFY_BATCHES, &r->f->organisers, NULL);
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
  g_assert_cmphex (failed (report, TRUE), ==, NOT_RUN (13, 17));
  for (guint i = 13; i <= ALL; i++)
    g_assert_null (report->checks[i].detail);
  /* A late stick: check 6 says so, and the others look at what is there. */
  begun (r, (const char *const[]){ "terminal-003/", NULL });
  late = record_verify (r, TABELLA_VERIFY_BATCHES, &r->f->organisers, NULL);
  g_assert_cmphex (failed (late, FALSE), ==, 1u << 6);
  g_assert_cmphex (failed (late, TRUE), ==, (1u << 6) | NOT_RUN (13, 17));
}

static void
test_strike_only (gconstpointer data)
{
  static const char *const left_out[] = { "tally-", "result", NULL };
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autoptr (TabellaVerifyReport) report = NULL, changed = NULL;

  begun (r, left_out);
  report = record_verify (r, TABELLA_VERIFY_STRIKE, &r->f->organisers, NULL);
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
  g_assert_cmphex (failed (report, TRUE), ==, NOT_RUN (14, 17));
  mutate_bit (r, "strike-0001/tickets", 0);
  changed = record_verify (r, TABELLA_VERIFY_STRIKE, &r->f->organisers, NULL);
  g_assert_cmphex (failed (changed, FALSE), ==, 1u << 13);
}

/* --- Exclusions --- */

static void
revoke_seven (Record *r)
{
  record_amend (r, TABELLA_AMEND_REVOKED, 7, 0);
  r->terminals[7].excluded = TRUE;
}

static void
revoke_unseen (Record *r)
{
  revoke_seven (r);
  r->terminals[7].left_out = TRUE;
}

/* A fault that its terminal signed. */
static void
bad_journal (Record *r, guint16 terminal)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_ENROLLED };

  record_line (&r->terminals[terminal], -1, &line);
}

static void
quarantine (Record *r)
{
  bad_journal (r, 7);
  r->terminals[7].quarantine = "its journal says that it was enrolled twice\n";
}

static void
quarantine_two (Record *r)
{
  quarantine (r);
  bad_journal (r, 4);
  r->terminals[4].quarantine = "so does this one's\n";
}

/* Signed as this batch, and no batch. */
static void
quarantine_unread (Record *r)
{
  r->terminals[7].header.reserved = 1;
  r->terminals[7].quarantine = "the reserved bytes are not zero\n";
}

static void
quarantine_and_revoke (Record *r)
{
  quarantine (r);
  record_amend (r, TABELLA_AMEND_REVOKED, 7, 0);
}

/* Its final is damaged beyond repair: the organisers ended it without one. */
static void
end_without (Record *r)
{
  record_amend (r, TABELLA_AMEND_ENDED, 7, 0);
  r->terminals[7].quarantine = "the stick was damaged\n";
}

/* Its journal names an amendment that is not there, which would not make the batch good. */
static void
quarantine_otherwise_bad (Record *r)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_AMENDED,
                            .number = 9,
                            .amend_kind = TABELLA_AMEND_NOTICE };

  record_line (&r->terminals[7], -1, &line);
  quarantine (r);
}

/* There can be no such amendment: the terminal made it up. */
static void
quarantine_made_up (Record *r)
{
  TabellaEventLine line = {
    .kind = TABELLA_EVENT_AMENDED, .number = 9, .amend_kind = TABELLA_AMEND_REVOKED, .target = 99
  };

  record_line (&r->terminals[7], -1, &line);
  r->terminals[7].quarantine = "its journal names an amendment that cannot be\n";
}

/* The organisers gave the terminal up in the open. */
static void
quarantine_waiting (Record *r, TabellaAmendKind kind)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_AMENDED,
                            .number = 9,
                            .amend_kind = TABELLA_AMEND_NOTICE };

  record_line (&r->terminals[7], -1, &line);
  r->terminals[7].quarantine = "waits for amendment 9\n";
  record_amend (r, kind, 7, 0);
}

static void
wait_and_revoke (Record *r)
{
  quarantine_waiting (r, TABELLA_AMEND_REVOKED);
}

static void
wait_and_end (Record *r)
{
  quarantine_waiting (r, TABELLA_AMEND_ENDED);
}

static void
test_excluded (gconstpointer data)
{
  static const struct {
    RecordStage stage;
    RecordChange change;
    guint excluded;
    const char *words;
  } cases[] = {
    { RECORD_POLL, revoke_seven, 1, "terminal 7 is revoked" },
    { RECORD_POLL, revoke_unseen, 1, "terminal 7 is revoked" },
    { RECORD_POLL, quarantine, 1,
      "(its journal says that it was enrolled twice); check 7 fails again" },
    { RECORD_POLL, quarantine_two, 2, "(so does this one's); check 7 fails again" },
    { RECORD_POLL, quarantine_and_revoke, 1, "check 7 fails again" },
    { RECORD_HEADS, quarantine_unread, 1, "check 8 fails again" },
    { RECORD_POLL, quarantine_otherwise_bad, 1, "check 7 fails again" },
    { RECORD_POLL, quarantine_made_up, 1, "check 4 fails again" },
    { RECORD_POLL, wait_and_revoke, 1, "names amendment 9, which is not so in amendments/" },
    { RECORD_POLL, wait_and_end, 1, "names amendment 9, which is not so in amendments/" },
  };
  const Record *base = data;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Record) r = record_new (base, cases[i].stage, cases[i].change);
    g_autoptr (TabellaVerifyReport) report = verify (r);
    g_autoptr (TabellaVerifyReport) without = record_verify (r, ALL, NULL, NULL);

    g_test_message ("case %u", i);
    g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID_EXCLUDED);
    g_assert_cmpuint (report->excluded, ==, cases[i].excluded);
    g_assert_cmpuint (incidents_with (report, cases[i].words), ==, 1);
    g_assert_cmpint (without->verdict, ==, TABELLA_VERDICT_CONSISTENT);
  }
}

static void
move (Record *r, const char *from, const char *to)
{
  g_autoptr (GByteArray) bytes = record_get (r, from);

  record_put (r, to, bytes->data, bytes->len);
  record_put (r, from, NULL, 0);
}

/* What stands in quarantine must speak against the terminal itself. */
static void
test_false_quarantine (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_POLL, quarantine);
  g_autoptr (TabellaVerifyReport) renumbered = NULL, two_lines = NULL, no_reason = NULL;
  g_autoptr (TabellaVerifyReport) empty = NULL;

  record_put_text (r, "quarantine/terminal-007/batch-0002/reason", "one\ntwo\n");
  two_lines = verify (r);
  g_assert_cmphex (failed (two_lines, TRUE), ==, 1u << 6);
  record_put (r, "quarantine/terminal-007/batch-0002/reason", "", 0);
  empty = verify (r);
  g_assert_cmphex (failed (empty, TRUE), ==, 1u << 6);
  record_put (r, "quarantine/terminal-007/batch-0002/reason", NULL, 0);
  no_reason = verify (r);
  g_assert_cmphex (failed (no_reason, TRUE), ==, 1u << 6);
  record_put_text (r, "quarantine/terminal-007/batch-0002/reason", "one\n");
  move (r, "quarantine/terminal-007/batch-0002/ballots",
        "quarantine/terminal-007/batch-0001/ballots");
  move (r, "quarantine/terminal-007/batch-0002/ballots.minisig",
        "quarantine/terminal-007/batch-0001/ballots.minisig");
  move (r, "quarantine/terminal-007/batch-0002/reason",
        "quarantine/terminal-007/batch-0001/reason");
  renumbered = verify (r);
  g_assert_cmphex (failed (renumbered, TRUE), ==, 1u << 6);
  g_assert_nonnull (strstr (renumbered->checks[6].detail, "its header says batch 2"));
}

static void
quarantine_good (Record *r)
{
  r->terminals[7].quarantine = "damaged\n";
}

/* Anybody can damage a copy: it excludes nobody, unless the organisers say that there is no other.
 */
static void
test_damaged (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_POLL, quarantine_good);
  g_autoptr (Record) ended = record_new (base, RECORD_POLL, end_without);
  g_autoptr (TabellaVerifyReport) report = NULL, good = NULL;

  mutate_bit (r, "quarantine/terminal-007/batch-0002/ballots", -1);
  report = verify (r);
  g_assert_cmphex (failed (report, TRUE), ==, 1u << 6);
  g_assert_nonnull (strstr (report->checks[6].detail, "is not signed"));
  mutate_bit (ended, "quarantine/terminal-007/batch-0002/ballots", -1);
  good = verify (ended);
  g_assert_cmpint (good->verdict, ==, TABELLA_VERDICT_VALID_EXCLUDED);
  g_assert_cmpuint (incidents_with (good, "check 5 fails again"), ==, 1);
}

static void
end_seven (Record *r)
{
  record_amend (r, TABELLA_AMEND_ENDED, 7, 0);
  r->terminals[7].left_out = TRUE;
}

static void
test_ended_without (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_POLL, end_seven);
  g_autoptr (TabellaVerifyReport) report = verify (r);

  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
  g_assert_cmpuint (incidents_with (report, "terminal 7 was ended by an amendment without a batch"),
                    ==, 1);
}

/* --- Strikes and incidents --- */

static void
no_links (Record *r)
{
  g_array_set_size (r->links, 0);
}

static void
equal_tickets (Record *r)
{
  record_cast (r, 6, 70, 0, 0, 0, 0);
  record_cast (r, 7, 70, 0, 0, 1, 1);
  record_cast (r, 8, 70, 0, 0, 2, 2);
}

/* The same T at two stations is two tickets. */
static void
equal_elsewhere (Record *r)
{
  record_cast (r, 6, 1, 0, 0, 0, 0);
}

static void
equal_and_struck (Record *r)
{
  equal_tickets (r);
  record_link (r, 2, 5, 0, 70);
}

static void
link_elsewhere (Record *r)
{
  record_link (r, 2, 5, 0, 1);
}

static void
link_of_style (Record *r)
{
  record_link (r, 2, 3, 0, 6);
}

static void
link_again (Record *r)
{
  record_link (r, 2, 5, 0, 10);
}

static void
test_strikes (gconstpointer data)
{
  static const struct {
    const char *name;
    RecordChange change;
    guint incidents, named;
    const char *words;
  } cases[] = {
    { "nothing to strike", no_links, 0, 0, "ticket" },
    { "equal tickets", equal_tickets, 1, 1, "3 cast ballots have one ticket" },
    { "equal elsewhere", equal_elsewhere, 0, 0, "ticket" },
    { "equal and struck", equal_and_struck, 1, 1, "3 cast ballots have one ticket" },
    { "another station", link_elsewhere, 1, 1, "a ballot of another station" },
    { "another style", link_of_style, 1, 1, "a ballot of another style" },
    { "named twice", link_again, 2, 2, "that another link names" },
    { "shared number", mutate_shared_number, 1, 1, "terminals 6 and 7: " },
  };
  const Record *base = data;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Record) r = record_new (base, RECORD_POLL, cases[i].change);
    g_autoptr (TabellaVerifyReport) report = verify (r);

    g_test_message ("%s", cases[i].name);
    g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
    g_assert_cmpuint (report->incidents->len, ==, 1 + cases[i].incidents); /* one was lost */
    g_assert_cmpuint (incidents_with (report, cases[i].words), ==, cases[i].named);
  }
}

static void
hide_incident (json_t *result)
{
  json_object_set_new (json_object_get (result, "duplicates"), "incidents", json_integer (0));
}

static void
test_hidden_incident (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_POLL, link_elsewhere);
  g_autoptr (GByteArray) bytes = record_get (r, "result.json");
  g_autoptr (json_t) json = json_loadb ((const char *)bytes->data, bytes->len, 0, NULL);
  g_autofree char *text = NULL;
  g_autoptr (TabellaVerifyReport) report = NULL;

  hide_incident (json);
  text = tabella_json_text (json);
  record_put_text (r, "result.json", text);
  report = verify (r);
  g_assert_cmphex (failed (report, TRUE), ==, 1u << 16);
}

/* Centre and trustees agree to count a struck ballot: sums, shares and result fit each other. */
static void
count_struck (Record *r)
{
  for (guint i = 0; i < r->terminals[6].ballots->len; i++)
    ((RecordBallot *)r->terminals[6].ballots->pdata[i])->struck = FALSE;
}

static void
drop_one (Record *r)
{
  record_ballot (r, 3, FALSE, 0)->struck = TRUE;
}

static void
test_dishonest_sums (gconstpointer data)
{
  static const RecordChange changes[] = { count_struck, drop_one };
  const Record *base = data;

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (Record) r = record_new (base, RECORD_STANDING, changes[i]);
    g_autoptr (TabellaVerifyReport) report = verify (r);

    g_assert_cmphex (failed (report, FALSE), ==, (1u << 14) | (1u << 15));
    g_assert_cmphex (failed (report, TRUE), ==, NOT_RUN (14, 16));
  }
}

static void
test_pages (gconstpointer data)
{
  static const char *const pages[] = { "index.html",  "style.css",  "web/codes.js",
                                       "web/a/b.svg", "README.txt", ".htaccess" };
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autoptr (TabellaVerifyReport) report = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    record_put_text (r, pages[i], "x");
  report = verify (r);
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gconstpointer);
  } tests[] = {
    { "/verifier/verdicts", test_verdicts },
    { "/verifier/other-key", test_other_key },
    { "/verifier/progress", test_progress },
    { "/verifier/batches-only", test_batches_only },
    { "/verifier/strike-only", test_strike_only },
    { "/verifier/excluded", test_excluded },
    { "/verifier/false-quarantine", test_false_quarantine },
    { "/verifier/damaged", test_damaged },
    { "/verifier/ended-without", test_ended_without },
    { "/verifier/strikes", test_strikes },
    { "/verifier/hidden-incident", test_hidden_incident },
    { "/verifier/dishonest-sums", test_dishonest_sums },
    { "/verifier/pages", test_pages },
  };
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) base = NULL;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  f = record_fixture ();
  base = record_poll (f, NULL);
  g_test_add_func ("/verifier/no-record", test_no_record);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, base, tests[i].test);
  return g_test_run ();
}
