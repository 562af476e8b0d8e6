/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trustee answers what the record gives, and refuses everything else that a centre could ask. */
#include "story.h"

#include <glib/gstdio.h>
#include <string.h>
#include "answering.h"
#include "copy.h"
#include "files.h"
#include "verifier.h"

static Story *story;

/* --- What is read twice and is another the second time: a stick can be made so --- */

static struct {
  gboolean batches, incomplete, keys; /* what the verifier or the trustee's file met */
} second_time;

TabellaVerifyReport *
__real_tabella_verify_record (const char *folder, TabellaVerifyUpTo up_to,
                              const TabellaMinisignPublic *key, GPtrArray *receipts,
                              TabellaVerifyProgress progress, gpointer data, GError **error);
TabellaVerifyReport *
__wrap_tabella_verify_record (const char *folder, TabellaVerifyUpTo up_to,
                              const TabellaMinisignPublic *key, GPtrArray *receipts,
                              TabellaVerifyProgress progress, gpointer data, GError **error);

TabellaVerifyReport *
__wrap_tabella_verify_record (const char *folder, TabellaVerifyUpTo up_to,
                              const TabellaMinisignPublic *key, GPtrArray *receipts,
                              TabellaVerifyProgress progress, gpointer data, GError **error)
{
  TabellaVerifyReport *report =
      __real_tabella_verify_record (folder, up_to, key, receipts, progress, data, error);

  if (second_time.batches)
    report->batches[31] ^= 1;
  if (second_time.incomplete)
    report->checks[6].passed = FALSE;
  return report;
}

TabellaTrustee *
__real_tabella_trustee_load (const char *path, const char *passphrase, guint16 index,
                             const TabellaCeremonyKeys *keys, GError **error);
TabellaTrustee *
__wrap_tabella_trustee_load (const char *path, const char *passphrase, guint16 index,
                             const TabellaCeremonyKeys *keys, GError **error);

TabellaTrustee *
__wrap_tabella_trustee_load (const char *path, const char *passphrase, guint16 index,
                             const TabellaCeremonyKeys *keys, GError **error)
{
  TabellaTrustee *t = __real_tabella_trustee_load (path, passphrase, index, keys, error);

  if (second_time.keys)
    ((TabellaCeremonyKeys *)keys)->transcript[31] ^= 1;
  return t;
}

/* --- Changing files --- */

static GBytes *
get (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
put (const char *folder, const char *name, gconstpointer bytes, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  tabella_file_write (path, bytes, size, 0644, &error);
  g_assert_no_error (error);
}

static void
flip (const char *folder, const char *name, gsize at)
{
  g_autoptr (GBytes) old = get (folder, name);
  gsize size;
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (old, &size), g_bytes_get_size (old));

  g_assert_cmpuint (at, <, size);
  bytes[at] ^= 1;
  put (folder, name, bytes, size);
}

static void
drop (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  tabella_folder_remove (path, &error);
  g_assert_no_error (error);
}

static TabellaRequest *
get_request (const char *folder)
{
  g_autoptr (GBytes) bytes = get (folder, "request");
  g_autoptr (GError) error = NULL;
  TabellaRequest *r = tabella_request_parse (bytes, &error);

  g_assert_no_error (error);
  return r;
}

static void
put_request (const char *folder, const TabellaRequest *r)
{
  g_autoptr (GBytes) bytes = tabella_request_bytes (r);

  put (folder, "request", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
drop_point (const char *folder)
{
  g_autoptr (TabellaRequest) r = get_request (folder);

  g_array_remove_index (r->points, 0);
  put_request (folder, r);
}

/* One more of a point: the sum with one more ballot, the key of another sealing. */
static void
other_point (const char *folder)
{
  g_autoptr (TabellaRequest) r = get_request (folder);
  TabellaRequestPoint *p = &g_array_index (r->points, TabellaRequestPoint, 0);
  TabellaScalar one;
  TabellaPoint g;

  tabella_scalar_from_uint (&one, 1);
  tabella_point_mul_base (&g, &one);
  tabella_point_add (&p->point, &p->point, &g);
  put_request (folder, r);
}

/* --- Purpose 1 --- */

static void
swap_checkins (const char *folder)
{
  g_autoptr (GBytes) two = get (folder, "checkins/terminal-002/batch-0001/checkins");

  put (folder, "checkins/terminal-001/batch-0001/checkins", g_bytes_get_data (two, NULL),
       g_bytes_get_size (two));
}

static void
drop_from_record (const char *folder)
{
  drop (folder, "record/terminal-001");
}

static void
drop_point_and_batch (const char *folder)
{
  drop_point (folder);
  drop (folder, "record/terminal-001");
}

static void
edit_ballots (const char *folder)
{
  flip (folder, "record/terminal-003/batch-0001/ballots", 900);
}

static void
edit_sealed (const char *folder)
{
  flip (folder, "checkins/terminal-007/batch-0001/sealed", 300);
}

static void
edit_manifest (const char *folder)
{
  flip (folder, "record/manifest.json", 100);
}

static void
drop_amendment (const char *folder)
{
  drop (folder, "record/amendments");
}

/* A good batch said to be bad, and everything else made to fit. */
static void
quarantine_good (const char *folder)
{
  g_autofree char *from = g_build_filename (folder, "record", "terminal-001", NULL);
  g_autofree char *parent = g_build_filename (folder, "record", "quarantine", NULL);
  g_autofree char *to = g_build_filename (parent, "terminal-001", NULL);

  g_assert_cmpint (g_mkdir (parent, 0755), ==, 0);
  g_assert_cmpint (g_rename (from, to), ==, 0);
  put (to, "batch-0001/reason", "it looks odd\n", 13);
  drop (folder, "checkins/terminal-001");
  drop_point (folder);
}

/* A ballot that its terminal did not sign, in a batch that it did. */
static void
unsigned_ballot (const char *folder)
{
  static const char name[] = "record/terminal-001/batch-0001/ballots";
  g_autoptr (GBytes) old = get (folder, name), ballots = NULL;
  gsize size = g_bytes_get_size (old);
  guint8 *bytes = g_memdup2 (g_bytes_get_data (old, NULL), size);
  g_autofree char *comment = NULL, *minisig = NULL;

  bytes[size - 40] ^= 1; /* the last ballot ends with its signature */
  ballots = g_bytes_new_take (bytes, size);
  comment = tabella_batch_comment (story->f->ctx->he, 1, 1, TABELLA_BATCH_FINAL, 2, 3);
  minisig = poll_sign (story->polls[0], ballots, comment);
  put (folder, name, bytes, size);
  put (folder, "record/terminal-001/batch-0001/ballots.minisig", minisig, strlen (minisig));
}

/* --- Purpose 2 --- */

#define ENTRY 114

static void
put_links (const char *folder, GByteArray *links)
{
  put (folder, "links", links->data, links->len);
}

static GByteArray *
get_links (const char *folder)
{
  g_autoptr (GBytes) bytes = get (folder, "links");
  GByteArray *links = g_byte_array_new ();

  g_byte_array_append (links, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  return links;
}

static void
drop_link (const char *folder)
{
  g_autoptr (GByteArray) links = get_links (folder);

  drop_point (folder);
  g_byte_array_remove_range (links, 0, ENTRY);
  put_links (folder, links);
}

/* The walk-in of ticket C at the desk is struck by nothing. */
static const TabellaCheckin *
innocent (void)
{
  return &g_array_index (story->polls[4]->checkins, TabellaCheckin, 2);
}

static void
insert_link (const char *folder)
{
  g_autoptr (TabellaRequest) r = get_request (folder);
  g_autoptr (GByteArray) links = get_links (folder), all = g_byte_array_new ();
  TabellaPoint point;

  memcpy (point.b, innocent ()->link, 32);
  tabella_request_add (r, 5, 0, 0, &point);
  tabella_request_sort (r);
  put_request (folder, r);
  for (guint i = 0, old = 0; i < r->points->len; i++) {
    const TabellaRequestPoint *p = &g_array_index (r->points, TabellaRequestPoint, i);

    if (memcmp (p->point.b, point.b, 32) == 0) {
      g_byte_array_append (all, innocent ()->link, TABELLA_LINK_BYTES);
      g_byte_array_append (all, (const guint8 *)"\0\0", 2);
    } else {
      g_byte_array_append (all, links->data + ENTRY * old++, ENTRY);
    }
  }
  put_links (folder, all);
}

/* As many links, one of them of a person who did not vote twice. */
static void
swap_link (const char *folder)
{
  drop_link (folder);
  insert_link (folder);
}

static void
link_style (const char *folder)
{
  flip (folder, "links", TABELLA_LINK_BYTES);
}

static void
link_ticket (const char *folder)
{
  flip (folder, "links", 40);
}

static void
edit_decisions (const char *folder)
{
  flip (folder, "decisions.json", 200);
}

static void
drop_decisions (const char *folder)
{
  drop (folder, "decisions.json");
}

/* Unsigned decisions pass in practice, but others than the centre used give another list. */
static void
other_decisions (const char *folder)
{
  g_autoptr (GBytes) old = get (folder, "decisions.json");
  g_autofree char *text = g_strndup (g_bytes_get_data (old, NULL), g_bytes_get_size (old));
  g_auto (GStrv) parts = g_strsplit (text, "false", -1);
  g_autofree char *other = g_strjoinv ("true", parts);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  put (folder, "decisions.json", other, strlen (other));
  drop (folder, "decisions.json.minisig");
}

static void
earlier_share (const char *folder)
{
  flip (folder, "earlier/checkins-0001/share-01", 40);
}

static void
drop_earlier (const char *folder)
{
  drop (folder, "earlier/checkins-0001");
}

static void
drop_opened_copy (const char *folder)
{
  drop (folder, "record/terminal-007");
}

/* The comment that no signature covers: nobody may choose it. */
static void
opened_copy_comment (const char *folder)
{
  flip (folder, "record/terminal-007/batch-0001/ballots.minisig", 20);
}

static void
cut (const char *folder, const char *name)
{
  g_autoptr (GBytes) bytes = get (folder, name);

  put (folder, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) - 1);
}

static void
cut_links (const char *folder)
{
  cut (folder, "links");
}

static void
cut_earlier_links (const char *folder)
{
  cut (folder, "earlier/strike-0001/links");
}

static void
link_of_other_point (const char *folder)
{
  flip (folder, "earlier/strike-0001/links", 31);
}

static void
rename_in (const char *folder, const char *from, const char *to)
{
  g_autofree char *old = g_build_filename (folder, from, NULL);
  g_autofree char *new = g_build_filename (folder, to, NULL);

  g_assert_cmpint (g_rename (old, new), ==, 0);
}

static void
earlier_misnamed (const char *folder)
{
  rename_in (folder, "earlier/checkins-0001", "earlier/strike-0009");
}

/* Twice the same batch, if a number could be written in two ways. */
static void
batch_misnamed (const char *folder)
{
  rename_in (folder, "record/terminal-001", "record/terminal-1");
}

static void
batch_renumbered (const char *folder)
{
  rename_in (folder, "record/terminal-001/batch-0001", "record/terminal-001/batch-0002");
  rename_in (folder, "checkins/terminal-001/batch-0001", "checkins/terminal-001/batch-0002");
}

/* --- Purpose 3 --- */

static void
drop_code (const char *folder)
{
  g_autoptr (GBytes) bytes = get (folder, "standing");

  put (folder, "standing", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) - 32);
}

static void
add_code (const char *folder)
{
  g_autoptr (GBytes) bytes = get (folder, "standing");
  g_autoptr (GByteArray) more = g_byte_array_new ();
  guint8 last[32];

  memset (last, 0xff, sizeof last);
  g_byte_array_append (more, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_byte_array_append (more, last, sizeof last);
  put (folder, "standing", more->data, more->len);
}

static void
cut_code (const char *folder)
{
  cut (folder, "standing");
}

static void
turn_codes (const char *folder)
{
  g_autoptr (GBytes) bytes = get (folder, "standing");
  gsize size;
  g_autofree guint8 *codes = g_memdup2 (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));

  g_assert_cmpuint (size, >=, 64);
  memcpy (codes, (const guint8 *)g_bytes_get_data (bytes, NULL) + 32, 32);
  memcpy (codes + 32, g_bytes_get_data (bytes, NULL), 32);
  put (folder, "standing", codes, size);
}

/* One was answered already, and is shown as what it is. */
static void
second_tally (const char *folder)
{
  g_autofree char *from = story_request (story, "tally-0001");
  g_autofree char *to = g_build_filename (folder, "earlier/tally-0001", NULL);
  g_autoptr (GError) error = NULL;

  story_share (story, "tally-0001", 1);
  story_share (story, "tally-0001", 3);
  g_assert_true (tabella_folder_copy (from, to, &error));
}

static void
drop_strike (const char *folder)
{
  drop (folder, "earlier/strike-0001");
}

static void
drop_strike_everywhere (const char *folder)
{
  drop_strike (folder);
  drop (folder, "record/strike-0001");
}

static void
drop_terminal (const char *folder)
{
  drop (folder, "record/terminal-001");
  drop (folder, "checkins/terminal-001");
}

static void
strike_share (const char *folder)
{
  flip (folder, "earlier/strike-0001/share-03", 10);
}

/* Terminal 1's final is taken out; in quarantine lies another file that the same key signed. */
static void
quarantine_instead (const char *folder, GBytes *ballots, const char *minisig)
{
  drop_terminal (folder);
  put (folder, "record/quarantine/terminal-001/batch-0001/ballots",
       g_bytes_get_data (ballots, NULL), g_bytes_get_size (ballots));
  put (folder, "record/quarantine/terminal-001/batch-0001/ballots.minisig", minisig,
       strlen (minisig));
  put (folder, "record/quarantine/terminal-001/batch-0001/reason", "it looks odd\n", 13);
}

/* What the terminal made in the election's rehearsal, with the same keys. */
static void
quarantine_rehearsal (const char *folder)
{
  const Poll *p = story->polls[0];
  g_autofree guint8 *bytes =
      g_memdup2 (g_bytes_get_data (p->ballots, NULL), g_bytes_get_size (p->ballots));
  g_autoptr (GBytes) ballots = NULL;
  g_autofree char *comment = NULL, *minisig = NULL;

  memset (bytes + 8, 'x', 32); /* HE */
  ballots = g_bytes_new (bytes, g_bytes_get_size (p->ballots));
  comment = tabella_batch_comment (bytes + 8, 1, 1, TABELLA_BATCH_FINAL, 2, 3);
  minisig = poll_sign (p, ballots, comment);
  quarantine_instead (folder, ballots, minisig);
}

/* A safety copy of it, under the name of a final. */
static void
quarantine_copy (const char *folder)
{
  const Poll *p = story->polls[0];
  g_autoptr (GBytes) sealed =
      tabella_sealed_build (p->f->ctx, 1, 1, p->ballots, p->minisig, p->checkins_file,
                            fixture_secrets (p->f, 1)->export_secret);
  g_autofree char *comment =
      tabella_batch_comment (p->f->ctx->he, 1, 1, TABELLA_BATCH_INTERIM, 2, 3);
  g_autofree char *minisig = poll_sign (p, sealed, comment);

  quarantine_instead (folder, sealed, minisig);
}

/* What it made if the organisers amended something: they say that they did not. */
static void
quarantine_waiting (const char *folder)
{
  g_autoptr (Poll) p = poll_new (story->f, 1);

  poll_amended (p, 9, TABELLA_AMEND_NOTICE, 0, 0);
  poll_make (p, TABELLA_BATCH_FINAL);
  quarantine_instead (folder, p->ballots, p->minisig);
}

typedef struct {
  const char *name, *request;
  void (*alter) (const char *folder);
  const char *phrase;
} Alteration;

static const Alteration alterations[] = {
  { "opening/dropped-point", "checkins-0001", drop_point,
    "asks for 6 points and the record gives 7" },
  { "opening/other-point", "checkins-0001", other_point, "first that differs" },
  { "opening/swapped-checkins", "checkins-0001", swap_checkins, "`checkins` is not the file" },
  { "opening/dropped-batch", "checkins-0001", drop_from_record, "does not have" },
  { "opening/dropped-point-and-batch", "checkins-0001", drop_point_and_batch, "does not have" },
  { "opening/edited-ballots", "checkins-0001", edit_ballots, "signature does not fit" },
  { "opening/edited-sealed", "checkins-0001", edit_sealed, "signature does not fit" },
  { "opening/edited-manifest", "checkins-0001", edit_manifest, "manifest" },
  { "opening/dropped-amendment", "checkins-0001", drop_amendment, "first that differs" },
  { "opening/unsigned-ballot", "checkins-0001", unsigned_ballot, "check 12 of its record" },
  { "opening/batch-misnamed", "checkins-0001", batch_misnamed, "not the name of a batch folder" },
  { "opening/batch-renumbered", "checkins-0001", batch_renumbered, "of another number" },
  { "opening/good-quarantined", "checkins-0001", quarantine_good, "nothing is wrong with it" },
  { "strike/dropped-link", "strike-0001", drop_link, "asks for 5 points and the record gives 6" },
  { "strike/added-link", "strike-0001", insert_link, "asks for 7 points and the record gives 6" },
  { "strike/another-person", "strike-0001", swap_link, "first that differs" },
  { "strike/link-style", "strike-0001", link_style, "`links`" },
  { "strike/link-ticket", "strike-0001", link_ticket, "`links`" },
  { "strike/edited-decisions", "strike-0001", edit_decisions, "decisions.json" },
  { "strike/dropped-decisions", "strike-0001", drop_decisions, "no decision" },
  { "strike/other-decisions", "strike-0001", other_decisions, "asks for 6 points" },
  { "strike/earlier-share", "strike-0001", earlier_share, "without enough good shares" },
  { "strike/earlier-dropped", "strike-0001", drop_earlier, "not open" },
  { "strike/opened-copy", "strike-0001", drop_opened_copy, "not what its safety copy holds" },
  { "strike/opened-copy-comment", "strike-0001", opened_copy_comment,
    "not what its safety copy holds" },
  { "strike/cut-links", "strike-0001", cut_links, "not one entry for each point" },
  { "strike/earlier-misnamed", "strike-0001", earlier_misnamed, "of another purpose" },
  { "tally/cut-links", "tally-0001", cut_earlier_links, "not one entry for each point" },
  { "tally/link-of-other-point", "tally-0001", link_of_other_point, "other points" },
  { "tally/cut-code", "tally-0001", cut_code, "not a list of codes" },
  { "tally/turned-codes", "tally-0001", turn_codes, "not ascending" },
  { "tally/second", "tally-0001", second_tally, "a tally was asked before" },
  { "tally/other-sum", "tally-0001", other_point, "first that differs" },
  { "tally/dropped-sum", "tally-0001", drop_point, "points and the record gives" },
  { "tally/dropped-code", "tally-0001", drop_code, "`standing`" },
  { "tally/added-code", "tally-0001", add_code, "`standing`" },
  { "tally/dropped-strike", "tally-0001", drop_strike, "still to be struck" },
  { "tally/dropped-strike-everywhere", "tally-0001", drop_strike_everywhere, "still to be struck" },
  { "tally/dropped-terminal", "tally-0001", drop_terminal, "no final yet" },
  { "tally/rehearsal-quarantined", "tally-0001", quarantine_rehearsal, "its final is quarantined" },
  { "tally/copy-quarantined", "tally-0001", quarantine_copy, "its final is quarantined" },
  { "tally/amendment-withheld", "tally-0001", quarantine_waiting,
    "its final waits for amendment 9" },
  { "tally/strike-share", "tally-0001", strike_share, "without enough good shares" },
  { "tally/swapped-checkins", "tally-0001", swap_checkins, "`checkins` is not the file" },
  { "tally/edited-decisions", "tally-0001", edit_decisions, "decisions.json" },
};

static void
test_alteration (gconstpointer data)
{
  const Alteration *a = data;
  g_autofree char *from = story_request (story, a->request);
  g_autofree char *to = fixture_file (story->f, "laptop/request");
  g_autofree char *parent = g_path_get_dirname (to);
  g_autoptr (GError) error = NULL;

  tabella_folder_remove (parent, &error);
  g_assert_no_error (error);
  tabella_folder_copy (from, to, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_answer_check (to, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  a->alter (to);
  g_assert_false (tabella_answer_check (to, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_ALTERED);
  if (strstr (error->message, a->phrase) == NULL)
    g_error ("\"%s\" should say \"%s\"", error->message, a->phrase);
}

/* Through the trustee's own file: the same bytes again, and one tally only. */
static void
test_answer (void)
{
  static const char *const names[] = { "checkins-0001", "checkins-0002", "strike-0001",
                                       "tally-0001" };
  g_autofree char *secret = fixture_secret_path (story->f, 2);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *folder = story_request (story, names[i]);
    g_autofree char *summary = NULL, *again = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) first = NULL, second = NULL;

    tabella_answer_request (folder, 2, secret, fixture_passphrase (2), NULL, NULL, &summary,
                            &error);
    g_assert_no_error (error);
    g_assert_nonnull (strstr (summary, names[i]));
    g_assert_nonnull (strstr (summary, "share-02 is written"));
    first = get (folder, "share-02");
    tabella_answer_request (folder, 2, secret, fixture_passphrase (2), NULL, NULL, &again, &error);
    g_assert_no_error (error);
    second = get (folder, "share-02");
    g_assert_true (g_bytes_equal (first, second));
  }
}

/* Its answer serves as well as any. */
static void
test_combined (void)
{
  g_autofree char *folder = story_request (story, "tally-0001"), *text = NULL;
  g_autofree char *first = g_build_filename (folder, "share-01", NULL);
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  story_share (story, "tally-0001", 3);
  g_remove (first);
  tabella_combine (story->store, folder, bad, &text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bad->len, ==, 0);
  g_assert_nonnull (text);
}

static void
test_wrong_secret (void)
{
  g_autofree char *folder = story_request (story, "tally-0001");
  g_autofree char *secret = fixture_secret_path (story->f, 1);
  g_autofree char *share = g_build_filename (folder, "share-01", NULL);
  g_autoptr (GError) error = NULL;

  g_remove (share);
  g_assert_false (tabella_answer_request (folder, 1, secret, "not it", NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (
      tabella_answer_request (folder, 2, secret, fixture_passphrase (1), NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_false (g_file_test (share, G_FILE_TEST_EXISTS));
}

/* A request for the check-ins of one terminal alone, as if the others had not come yet. */
static char *
request_of (guint16 terminal)
{
  g_autofree char *from = story_request (story, "checkins-0001");
  g_autofree char *to = fixture_file (story->f, terminal == 1 ? "one" : "two");
  g_autoptr (TabellaRequest) r = NULL, own = tabella_request_new (TABELLA_REQUEST_CHECKINS);
  g_autoptr (GError) error = NULL;

  tabella_folder_copy (from, to, &error);
  g_assert_no_error (error);
  r = get_request (to);
  for (guint i = 0; i < r->points->len; i++) {
    const TabellaRequestPoint *p = &g_array_index (r->points, TabellaRequestPoint, i);
    g_autofree char *record = g_strdup_printf ("record/terminal-%03u", p->label[0]);
    g_autofree char *checkins = g_strdup_printf ("checkins/terminal-%03u", p->label[0]);

    if (p->label[0] == terminal) {
      tabella_request_add (own, p->label[0], p->label[1], p->label[2], &p->point);
      continue;
    }
    drop (to, checkins);
    if (p->label[2] == 1)
      drop (to, record);
  }
  put_request (to, own);
  return g_steal_pointer (&to);
}

/* What was opened before cannot be kept from a trustee who opened it, even where no point repeats.
 */
static void
test_hidden (void)
{
  g_autofree char *one = request_of (1), *two = request_of (2);
  g_autofree char *secret = fixture_secret_path (story->f, 3);
  g_autofree char *share = g_build_filename (two, "share-03", NULL);
  g_autoptr (GError) error = NULL;

  tabella_answer_request (one, 3, secret, fixture_passphrase (3), NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_answer_check (two, NULL, NULL, NULL, NULL, NULL, &error));
  g_remove (share); /* of the folder that it was made from */
  g_assert_false (
      tabella_answer_request (two, 3, secret, fixture_passphrase (3), NULL, NULL, NULL, &error));
  g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, "earlier"));
  g_assert_false (g_file_test (share, G_FILE_TEST_EXISTS));
}

static void
assert_altered (const char *name, const char *phrase)
{
  g_autofree char *folder = story_request (story, name);
  g_autofree char *secret = fixture_secret_path (story->f, 2);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      tabella_answer_request (folder, 2, secret, fixture_passphrase (2), NULL, NULL, NULL, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_ALTERED);
  if (strstr (error->message, phrase) == NULL)
    g_error ("\"%s\" should say \"%s\"", error->message, phrase);
}

/* The record that is summed is the one that was verified, under the keys that the secret fits; and
 * while terminals are missing there is no tally. */
static void
test_second_reading (void)
{
  g_autofree char *folder = story_request (story, "checkins-0001");
  g_autoptr (GError) error = NULL;

  second_time.batches = TRUE;
  assert_altered ("tally-0001", "its record changed while it was read");
  second_time.batches = FALSE;
  second_time.keys = TRUE;
  assert_altered ("tally-0001", "its manifest changed while it was read");
  second_time.keys = FALSE;
  second_time.incomplete = TRUE;
  assert_altered ("tally-0001", "check 6 of its record");
  g_assert_true (tabella_answer_check (folder, NULL, NULL, NULL, NULL, NULL, &error));
  second_time.incomplete = FALSE;
}

/* The verifier says which batches it checked. */
static void
test_batches (void)
{
  g_autofree char *folder = story_request (story, "tally-0001");
  g_autofree char *record = g_build_filename (folder, "record", NULL);
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (TabellaVerifyReport) report = NULL;
  g_autoptr (GError) error = NULL;
  guint8 expected[32], digest[32];

  for (guint t = 1; t <= 7; t++) {
    g_autofree char *name = g_strdup_printf ("terminal-%03u/batch-0001/ballots", t);
    g_autoptr (GBytes) bytes = get (record, name);

    tabella_digest_512_32 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), digest);
    g_byte_array_append (all, digest, sizeof digest);
  }
  tabella_digest_256 (all->data, all->len, expected);
  report = tabella_verify_record (record, TABELLA_VERIFY_STRIKE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (report->batches, 32, expected, 32);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  story = story_new ();
  story_until (story, TABELLA_REQUEST_TALLY);
  story_ask (story, TABELLA_REQUEST_TALLY, "tally-0001");
  for (guint i = 0; i < G_N_ELEMENTS (alterations); i++) {
    g_autofree char *path = g_strconcat ("/answering/altered/", alterations[i].name, NULL);

    g_test_add_data_func (path, &alterations[i], test_alteration);
  }
  g_test_add_func ("/answering/answer", test_answer);
  g_test_add_func ("/answering/combined", test_combined);
  g_test_add_func ("/answering/wrong-secret", test_wrong_secret);
  g_test_add_func ("/answering/hidden", test_hidden);
  g_test_add_func ("/answering/batches", test_batches);
  g_test_add_func ("/answering/second-reading", test_second_reading);
  result = g_test_run ();
  story_free (story);
  return result;
}
