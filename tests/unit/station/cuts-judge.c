/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a terminal that lost its power has kept what it had promised, and says so. */
#include "cuts-day.h"

#include <string.h>
#include "account.h"
#include "box-private.h"
#include "files.h"
#include "life.h"

/* What had been said before the cut. */
typedef struct {
  const char *doing; /* a step that was begun, or NULL */
  gboolean enrolled, installed, opened, running, closed, delivered, left, retired;
  guint written;      /* transactions */
  gboolean in_flight; /* another one was begun */
} Promise;

typedef struct {
  CutsDay *d;
  const CutsImage *image;
  Promise promise;
  gboolean hot;   /* a transaction was cut: its journal is there */
  gboolean again; /* the start after a cut was cut too */
  GString *why;
} Case;

static const char *
bad (const Case *c, const char *word, const char *format, ...) G_GNUC_PRINTF (3, 4);

static const char *
bad (const Case *c, const char *word, const char *format, ...)
{
  va_list args;

  if (c->promise.doing != NULL)
    g_string_append_printf (c->why, "during \"%s\": ", c->promise.doing);
  va_start (args, format);
  g_string_append_vprintf (c->why, format, args);
  va_end (args);
  return word;
}

static void
note_done (Promise *p, const char *what)
{
  p->doing = NULL;
  p->enrolled |= g_str_equal (what, "enrol");
  p->installed |= g_str_equal (what, "install");
  p->opened |= g_str_equal (what, "first");
  p->closed |= g_str_equal (what, "close");
  p->delivered |= g_str_equal (what, "final");
  p->left |= g_str_equal (what, "leave");
  p->retired |= g_str_equal (what, "retire");
  if (g_str_equal (what, "first") || g_str_equal (what, "unlock"))
    p->running = TRUE;
  if (g_str_equal (what, "lock") || g_str_equal (what, "leave") || g_str_equal (what, "retire"))
    p->running = FALSE;
  if (g_str_equal (what, "uninstall"))
    p->installed = FALSE;
}

static void
read_marks (const CutsMoment *moment, Promise *p)
{
  for (guint i = 0; i < moment->marks->len; i++) {
    const char *mark = moment->marks->pdata[i];

    if (g_str_has_prefix (mark, "do "))
      p->doing = mark + 3;
    else if (g_str_has_prefix (mark, "done "))
      note_done (p, mark + 5);
    else if (g_str_equal (mark, "begin"))
      p->in_flight = TRUE;
    else {
      p->in_flight = FALSE;
      p->written++;
    }
  }
}

static gboolean
during (const Case *c, const char *what)
{
  return c->promise.doing != NULL && g_str_equal (c->promise.doing, what);
}

/* --- Raw bytes --- */

static gboolean
holds (const CutsFile *f, GBytes *secret)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (secret, &size);

  return f->disk == CUTS_STATE && !f->folder && f->size >= size &&
         memmem (f->bytes, f->size, bytes, size) != NULL;
}

/* Nowhere on the disk, also not in what no folder names any more. */
static const char *
check_destroyed (const Case *c)
{
  const Promise *p = &c->promise;
  const guint from = p->opened ? 0 : 1, to = p->left || p->retired ? c->d->secrets->len : 1;

  for (guint i = from; i < to; i++) {
    for (guint k = 0; k < c->image->files->len; k++)
      if (holds (c->image->files->pdata[k], c->d->secrets->pdata[i]))
        return bad (c, "leaked", "secret %u is in a file", i);
    for (guint k = 0; k < c->image->unnamed->len; k++)
      if (holds (c->image->unnamed->pdata[k], c->d->secrets->pdata[i]))
        return bad (c, "leaked", "secret %u is on the disk, in no file", i);
  }
  return NULL;
}

/* What a reader would find on the stick is whole; what was said to be there is. */
static const char *
check_stick (const Case *c)
{
  const guint copies = c->promise.delivered ? c->d->batch : 0;
  GHashTableIter iter;
  gpointer path, bytes;

  g_hash_table_iter_init (&iter, c->d->batches);
  while (g_hash_table_iter_next (&iter, &path, &bytes)) {
    g_autofree char *folder = g_path_get_dirname (path);
    const gboolean there = cuts_image_file (c->image, CUTS_STICK, folder) != NULL;
    const CutsFile *f = cuts_image_file (c->image, CUTS_STICK, path);
    gsize size;
    const guint8 *wanted = g_bytes_get_data (bytes, &size);

    if (f != NULL && (f->size != size || memcmp (f->bytes, wanted, size) != 0))
      return bad (c, "torn", "the stick's %s is not whole", (char *)path);
    if (f == NULL && there)
      return bad (c, "torn", "the stick has no %s", (char *)path);
    if (f == NULL && copies > 0)
      return bad (c, "lost", "the stick lost %s", (char *)path);
  }
  return NULL;
}

/* --- The ballot box --- */

/* Without the lines that starts themselves added: what a cut transaction leaves in the records. How
 * many there were. */
static guint
drop_recovered (CutsSnap *snap)
{
  static const char line[] = "\"what\":\"recovered\"}\n";
  char *lines = snap->after[0] != '\0' ? snap->after : snap->journal;
  guint n = 0;

  for (; g_str_has_suffix (lines, line); n++) {
    char *last;

    lines[strlen (lines) - 1] = '\0';
    last = strrchr (lines, '\n');
    (last != NULL ? last + 1 : lines)[0] = '\0';
  }
  return n;
}

static gboolean
same_snap (const CutsSnap *a, const CutsSnap *b)
{
  return memcmp (a->content, b->content, 32) == 0 && g_str_equal (a->journal, b->journal) &&
         g_str_equal (a->after, b->after);
}

/* The transaction after which the box was like this: the one that is to be expected, otherwise any.
 * −1 if there is none. */
static gint
find_snap (const Case *c, const CutsSnap *snap)
{
  gint found = -1;

  for (guint i = 0; i < c->d->snaps->len; i++) {
    if (!same_snap (c->d->snaps->pdata[i], snap))
      continue;
    found = (gint)i;
    if (i + 1 >= c->promise.written)
      break;
  }
  return found;
}

/* The box is as after the last transaction that was said to be written, or after the next one if
 * that was on its way; and the start has told of a cut exactly if there was one. */
static const char *
check_box (const Case *c, TabellaStation *s)
{
  const Promise *p = &c->promise;
  CutsSnap *snap = cuts_snap_new (s->box->store);
  const char *word = NULL;
  gint found = -1;
  guint told;

  if (snap == NULL)
    return bad (c, "corrupt", "the ballot box cannot be read");
  told = drop_recovered (snap);
  if (tabella_box_recovered (s->box) != c->hot ||
      (c->again ? told < (c->hot ? 1 : 0) : told != (guint)c->hot))
    word = bad (c, "untold",
                c->hot ? "a cut transaction is not in the journal"
                       : "a cut is told of that never was");
  found = find_snap (c, snap);
  if (found < 0)
    word = bad (c, "corrupt", "the ballot box is as it never was");
  else if ((guint)found + 1 < p->written)
    word = bad (c, "lost", "the ballot box is as after transaction %d, %u were written", found,
                p->written);
  else if ((guint)found + 1 > p->written + (p->in_flight ? 1 : 0))
    word = bad (c, "corrupt", "the ballot box is ahead of its time");
  else if (s->status.role == TABELLA_ROLE_COMBINED && snap->counts.voted != snap->counts.cast)
    word = bad (c, "corrupt", "%u voted, and %u ballots are there", snap->counts.voted,
                snap->counts.cast);
  cuts_snap_free (snap);
  return word;
}

/* --- What the officers see --- */

static const char *
check_enrolled (const Case *c, TabellaStation *s, const char *code)
{
  g_autoptr (GError) error = NULL;

  if (tabella_station_check_setup_code (s, code, &error))
    return NULL;
  return bad (c, "lost", "the setup code opens nothing: %s", error->message);
}

static const char *
check_unlocked (const Case *c, TabellaStation *s)
{
  g_autofree char *vault = g_build_filename (s->dir, "setup.vault", NULL);
  const gboolean was_cut = s->crashed;
  TabellaAccount account;
  TabellaCounts counts;
  g_autoptr (GError) error = NULL;

  if (g_file_test (vault, G_FILE_TEST_EXISTS))
    return bad (c, "leaked", "the setup code's vault is still there");
  if (!tabella_station_unlock (s, cuts_passphrases, 1, &error))
    return bad (c, "lost", "the officers cannot unlock: %s", error->message);
  if (!tabella_station_counts (s, &counts, &error) ||
      !tabella_station_account (s, &account, &error))
    return bad (c, "corrupt", "no counts: %s", error->message);
  if (c->promise.running && !during (c, "lock") && !during (c, "leave") && !during (c, "retire") &&
      (!was_cut || !account.crashed || (account.recovered != c->hot && !c->again) ||
       (s->state != TABELLA_STATION_CLOSED && s->state != TABELLA_STATION_READY &&
        !tabella_station_has_account (s))))
    return bad (c, "untold", "the officers are not told of the cut");
  if (!c->promise.running && was_cut && !during (c, "first") && !during (c, "unlock"))
    return bad (c, "untold", "the officers are told of a cut that never was");
  if (s->state == TABELLA_STATION_CLOSED && c->promise.delivered &&
      !tabella_export_final_delivered (s))
    return bad (c, "lost", "the final is not known to be on its stick");
  return NULL;
}

/* Nothing of the practice or of the retired election but what stays for good. */
static const char *
check_ended (const Case *c, TabellaStation *s, const char *const *gone)
{
  for (; *gone != NULL; gone++) {
    g_autofree char *path = g_build_filename (s->dir, *gone, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return bad (c, "leaked", "%s is still there", *gone);
  }
  return NULL;
}

static const char *
check_state (const Case *c, TabellaStation *s)
{
  static const char *const left[] = { "officers.vaults", "box.db", "box.db-journal", "package",
                                      "amendments",      "out",    "leaving",        NULL };
  static const char *const retired[] = { "officers.vaults", "setup.vault",  "box.db",
                                         "box.db-journal",  "package/roll", NULL };
  const Promise *p = &c->promise;

  switch (tabella_station_state (s)) {
  case TABELLA_STATION_NEW:
    return p->enrolled ? bad (c, "lost", "the enrolment is gone") : NULL;
  case TABELLA_STATION_ENROLLED:
    if (p->left || during (c, "leave")) {
      const char *word = check_ended (c, s, left);

      return word != NULL ? word : check_enrolled (c, s, c->d->new_code);
    }
    if (p->installed && !during (c, "uninstall"))
      return bad (c, "lost", "the installation is gone");
    return check_enrolled (c, s, c->d->setup_code);
  case TABELLA_STATION_RETIRED:
    return p->retired || during (c, "retire")
               ? check_ended (c, s, retired)
               : bad (c, "corrupt", "retired without having been told");
  case TABELLA_STATION_INSTALLED:
    if (p->opened)
      return bad (c, "lost", "the officers are gone");
    return check_enrolled (c, s, c->d->setup_code);
  case TABELLA_STATION_LOCKED:
  case TABELLA_STATION_CLOSED:
    if (p->left || p->retired)
      return bad (c, "lost", "the end is undone");
    if (p->closed && tabella_station_state (s) != TABELLA_STATION_CLOSED)
      return bad (c, "lost", "the close is undone");
    return NULL;
  case TABELLA_STATION_READY:
  case TABELLA_STATION_OPEN:
  case TABELLA_STATION_PAUSED:
  default:
    return bad (c, "corrupt", "unlocked by itself");
  }
}

static gboolean
is_hot (const CutsImage *image)
{
  const CutsFile *f = cuts_image_file (image, CUTS_STATE, "box.db-journal");

  return cuts_image_file (image, CUTS_STATE, "box.db") != NULL && f != NULL && f->size > 0 &&
         f->bytes[0] != 0;
}

static gboolean
on_stick (const Case *c, guint number)
{
  g_autofree char *folder = tabella_batch_folder (c->d->terminal, (guint16)number);

  return cuts_image_file (c->image, CUTS_STICK, folder) != NULL;
}

/* A safety copy that is on a stick is in the journal, and what counts as delivered is on the
 * stick. */
static const char *
check_copies (const Case *c, TabellaStation *s)
{
  g_autofree char *journal = tabella_box_journal_text (s->box, NULL);
  g_autofree char *delivered = tabella_box_get (s->box, "delivered");
  g_autofree char *final = tabella_box_get (s->box, "final");
  const guint last = delivered != NULL ? (guint)g_ascii_strtoull (delivered, NULL, 10) : 0;

  if (c->again)
    return NULL; /* the start alone was recorded, without the stick */
  for (guint i = 1; i < c->d->batch; i++) {
    g_autofree char *line = g_strdup_printf ("{\"event\":\"copied\",\"number\":%u,", i);

    if (on_stick (c, i) && strstr (journal, line) == NULL)
      return bad (c, "untold", "safety copy %u is on a stick and not in the journal", i);
  }
  if (last > 0 && !on_stick (c, last))
    return bad (c, "untold", "safety copy %u counts as delivered and is on no stick", last);
  if (final != NULL && !on_stick (c, c->d->batch))
    return bad (c, "untold", "the final counts as delivered and is on no stick");
  return NULL;
}

static const char *
check_station (const Case *c, TabellaStation *s)
{
  const char *word = check_state (c, s);

  if (word == NULL && s->box != NULL)
    word = check_box (c, s);
  if (word == NULL && s->box != NULL)
    word = check_copies (c, s);
  if (word == NULL && s->box != NULL && tabella_station_state (s) != TABELLA_STATION_INSTALLED)
    word = check_unlocked (c, s);
  return word;
}

/* --- The day goes on --- */

static const char *
install_again (const Case *c, TabellaStation *s)
{
  g_autofree char *from = practice_file (c->d->p, "stick");
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaPackage) package = tabella_station_find_package (s, from, &error);

  if (package == NULL || !tabella_station_install (s, package, &error))
    return bad (c, "stuck", "the election cannot be installed: %s", error->message);
  return NULL;
}

/* Another voter, and a safety copy of all. */
static const char *
vote_on (const Case *c, TabellaStation *s)
{
  const TabellaStick stick = { .root = c->d->spare };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if ((s->state == TABELLA_STATION_PAUSED && !tabella_station_resume (s, &error)) ||
      (s->state == TABELLA_STATION_READY &&
       (!tabella_station_zero_report (s, &error) || !tabella_station_open_poll (s, &error))) ||
      !cuts_day_vote (c->d, s, &error) || !tabella_export_safety_copy (s, &stick, &text, &error))
    return bad (c, "stuck", "the poll cannot go on: %s", error->message);
  return NULL;
}

/* The final has the same bytes as on the day that was not cut. */
static const char *
write_final (const Case *c, TabellaStation *s)
{
  const TabellaStick stick = { .root = c->d->spare };
  g_autofree char *folder = tabella_batch_folder (c->d->terminal, (guint16)c->d->batch);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer path, bytes;

  if (!tabella_export_final (s, &stick, &text, &error))
    return bad (c, "stuck", "the final cannot be written: %s", error->message);
  g_hash_table_iter_init (&iter, c->d->batches);
  while (g_hash_table_iter_next (&iter, &path, &bytes)) {
    g_autofree char *file = g_build_filename (c->d->spare, path, NULL);
    g_autoptr (GBytes) now = NULL;

    if (!g_str_has_prefix (path, folder))
      continue;
    now = tabella_file_read (file, TABELLA_FILE_LIMIT, &error);
    if (now == NULL || !g_bytes_equal (now, bytes))
      return bad (c, "corrupt", "the final has another %s", (char *)path);
  }
  return NULL;
}

static const char *
go_on (const Case *c, TabellaStation *s)
{
  g_autoptr (GError) error = NULL;

  tabella_folder_remove (c->d->spare, &error);
  if (!tabella_folder_make (c->d->spare, &error))
    g_error ("%s", error->message);
  switch (tabella_station_state (s)) {
  case TABELLA_STATION_ENROLLED:
    return install_again (c, s);
  case TABELLA_STATION_READY:
  case TABELLA_STATION_OPEN:
  case TABELLA_STATION_PAUSED:
    return vote_on (c, s);
  case TABELLA_STATION_CLOSED:
  case TABELLA_STATION_RETIRED:
    return write_final (c, s);
  case TABELLA_STATION_NEW:
  case TABELLA_STATION_INSTALLED:
  case TABELLA_STATION_LOCKED:
  default:
    return NULL;
  }
}

/* --- Cuts --- */

static const char *
judge (Case *c, gboolean goes_on)
{
  CutsDay *d = c->d;
  const guint place = c->again ? 1 : 0;
  g_autoptr (TabellaStation) s = NULL;
  g_autoptr (GError) error = NULL;
  const char *word = check_destroyed (c);

  c->hot = is_hot (c->image);
  word = word != NULL || c->again ? word : check_stick (c);
  if (word != NULL)
    return word;
  cuts_image_write (c->image, CUTS_STATE, d->place[place], d->memory[place]);
  s = tabella_station_open (d->place[place], &error);
  if (s == NULL)
    return bad (c, "corrupt", "the terminal does not start: %s", error->message);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  word = check_station (c, s);
  return word == NULL && goes_on ? go_on (c, s) : word;
}

static const char *
judge_again (const CutsImage *image, const CutsMoment *moment, gpointer data, GString *why)
{
  Case c = *(const Case *)data;

  c.image = image;
  c.again = TRUE;
  c.why = why;
  return judge (&c, FALSE);
}

/* The start after the cut is recorded, and cut at each of its changes too. */
static const char *
cut_again (const Case *c)
{
  CutsDay *d = c->d;
  const char *const folders[] = { d->twice, NULL };
  const CutsPlan plan = {
    .choices = 1, .singles = 1, .seed = 1, .judge = judge_again, .data = (gpointer)c
  };
  g_autoptr (CutsDisks) before = NULL;
  g_autoptr (TabellaStation) s = NULL;
  g_auto (CutsResult) result = { 0 };

  cuts_image_write (c->image, CUTS_STATE, d->twice, d->memory[2]);
  before = cuts_disks_new (folders, 0);
  g_assert_true (g_file_set_contents (d->second_log, "", 0, NULL));
  cuts_record (d->second_log, folders);
  s = tabella_station_open (d->twice, NULL);
  cuts_stop ();
  cuts_explore (before, d->second_log, &plan, &result);
  d->again += result.states;
  return result.bad == 0 ? NULL : bad (c, "again", "%s", result.first->str);
}

const char *
cuts_judge (const CutsImage *image, const CutsMoment *moment, gpointer data, GString *why)
{
  CutsDay *d = data;
  Case c = { .d = d, .image = image, .why = why };
  const gboolean chosen = d->judged++ % d->every == 0;
  const char *word;

  read_marks (moment, &c.promise);
  word = judge (&c, chosen);
  return word == NULL && (chosen || (c.hot && d->judged % 30 == 0)) ? cut_again (&c) : word;
}
