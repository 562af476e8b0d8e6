/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cuts-day.h"

#include <string.h>
#include "amending.h"
#include "box-private.h"
#include "checkin.h"
#include "files.h"
#include "life.h"

#define DESK         1
#define BOOTH        3
#define STRANGER     40 /* on no roll, in the lane of the desk */
#define VOTERS       20 /* the first one of a combined terminal's station */
#define LAST_VOTER   29
#define VAULT_RANDOM 16 /* in either vault, random bytes begin here */
#define SECRET_BYTES 64

const char *const cuts_passphrases[] = { "first officer", "second officer" };

/* On the roll of the desk's station, in its lane, with style 0; the last one comes after a cut. */
static const guint served[] = { 0, 1, 3, 4, 10, 12, 13 };

static CutsDay *recorded; /* the day whose transactions are counted, or NULL */

/* --- The ballot box, seen from below --- */

static gboolean
add_slot (guint32 slot, const guint8 *bytes, gpointer data, GError **error)
{
  crypto_generichash_update (((gpointer *)data)[0], bytes, *(gsize *)((gpointer *)data)[1]);
  return TRUE;
}

CutsSnap *
cuts_snap_new (TabellaSlots *store)
{
  static const char *const values[] = { "ballot-size", "station.delivered", "station.final" };
  CutsSnap *snap = g_new0 (CutsSnap, 1);
  TabellaBox box = { .store = store };
  crypto_generichash_state state;
  gboolean good = TRUE;

  crypto_generichash_init (&state, NULL, 0, 32);
  for (guint t = TABELLA_SLOTS_BALLOT; t <= TABELLA_SLOTS_CHECKIN; t++) {
    gpointer data[2] = { &state, &store->layout[t].size };

    good = good && tabella_slots_each (store, t, add_slot, data, NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree char *value = tabella_slots_value (store, values[i], NULL);
    const char *word = value != NULL ? value : "none";

    crypto_generichash_update (&state, (const guint8 *)word, strlen (word) + 1);
  }
  crypto_generichash_final (&state, snap->content, 32);
  snap->journal = tabella_slots_lines (store, TABELLA_SLOTS_JOURNAL, NULL);
  snap->after = tabella_slots_lines (store, TABELLA_SLOTS_AFTER, NULL);
  if (good && snap->journal != NULL && snap->after != NULL &&
      tabella_box_counts (&box, &snap->counts, NULL))
    return snap;
  cuts_snap_free (snap);
  return NULL;
}

void
cuts_snap_free (CutsSnap *snap)
{
  if (snap == NULL)
    return;
  g_free (snap->journal);
  g_free (snap->after);
  g_free (snap);
}

TabellaSlotsVerdict
__real_tabella_slots_apply (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n,
                            GError **error);
TabellaSlotsVerdict
__wrap_tabella_slots_apply (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n,
                            GError **error);

TabellaSlotsVerdict
__wrap_tabella_slots_apply (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n,
                            GError **error)
{
  TabellaSlotsVerdict verdict;
  g_autofree char *mark = NULL;

  if (recorded != NULL)
    cuts_mark ("begin");
  verdict = __real_tabella_slots_apply (store, writes, n, error);
  if (recorded == NULL)
    return verdict;
  g_assert_cmpint (verdict, ==, TABELLA_SLOTS_WRITTEN);
  mark = g_strdup_printf ("t %u", recorded->snaps->len);
  g_ptr_array_add (recorded->snaps, cuts_snap_new (store));
  cuts_mark (mark);
  return verdict;
}

/* --- Steps of the day --- */

/* A step that must succeed, between its two marks. */
#define STEP(WHAT, CALL)                                                                           \
  do {                                                                                             \
    GError *error = NULL;                                                                          \
                                                                                                   \
    cuts_mark ("do " WHAT);                                                                        \
    if (!(CALL))                                                                                   \
      g_error (WHAT ": %s", error->message);                                                       \
    cuts_mark ("done " WHAT);                                                                      \
  } while (0)

static gboolean
check_in (TabellaStation *s, guint n, TabellaCheckinKind kind, guint8 ticket[10], GError **error)
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = tabella_checkin_look (s, id, error);

  return answer != NULL && tabella_checkin_give (s, answer, kind, 0, ticket, error);
}

static gboolean
cast (TabellaStation *s, GError **error)
{
  g_autofree char *receipt = NULL;

  return tabella_session_confirm (s, error) && tabella_session_cast (s, &receipt, error);
}

static gboolean
challenge (TabellaStation *s, GError **error)
{
  g_autofree char *text = NULL;

  return tabella_session_confirm (s, error) && tabella_session_challenge (s, &text, error);
}

gboolean
cuts_day_vote (CutsDay *d, TabellaStation *s, GError **error)
{
  const guint last = s->status.role == TABELLA_ROLE_DESK ? served[6] : LAST_VOTER;

  if (s->status.role != TABELLA_ROLE_BOOTH &&
      !check_in (s, last, TABELLA_CHECKIN_ROLL, d->spare_ticket, error))
    return FALSE;
  return s->status.role == TABELLA_ROLE_DESK ||
         (tabella_session_begin (s, d->spare_ticket, error) && cast (s, error) &&
          tabella_session_end (s, error));
}

/* At a combined terminal the next voter comes, at a booth the next ticket, which was made before.
 */
static void
arrive (TabellaStation *s, guint n, guint8 ticket[10])
{
  if (s->status.role == TABELLA_ROLE_COMBINED)
    STEP ("checkin", check_in (s, VOTERS + n, TABELLA_CHECKIN_ROLL, ticket, &error));
  STEP ("begin", tabella_session_begin (s, ticket, &error));
}

static void
note_batch (CutsDay *d, guint number)
{
  g_autofree char *folder = tabella_batch_folder (d->terminal, (guint16)number);
  g_autofree char *path = g_build_filename (d->stick, folder, NULL);
  g_autoptr (GPtrArray) names = tabella_folder_list (path, NULL);

  for (guint i = 0; i < names->len; i++) {
    char *below = g_build_filename (folder, names->pdata[i], NULL);
    g_autofree char *file = g_build_filename (d->stick, below, NULL);

    g_hash_table_insert (d->batches, below, tabella_file_read (file, TABELLA_FILE_LIMIT, NULL));
  }
}

static void
safety_copy (CutsDay *d, TabellaStation *s, guint number)
{
  const TabellaStick stick = { .root = d->stick };
  g_autofree char *text = NULL;

  STEP ("copy", tabella_export_safety_copy (s, &stick, &text, &error));
  note_batch (d, number);
}

/* Without its stick: it is journaled and kept, and comes onto the next one first. */
static void
stickless_copy (CutsDay *d, TabellaStation *s)
{
  g_autofree char *nowhere = g_build_filename (d->spare, "nowhere", NULL);
  const TabellaStick stick = { .root = nowhere };
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_false (tabella_export_safety_copy (s, &stick, &text, &error));
  g_clear_error (&error);
}

static void
amend (CutsDay *d, TabellaStation *s)
{
  g_autofree char *kept = practice_file (d->p, "kept-code");
  g_autofree char *code = NULL;
  g_autoptr (TabellaAmendment) a = NULL;
  guint taken;

  g_assert_true (g_file_get_contents (kept, &code, NULL, NULL));
  tabella_station_read_code (s, code, &a, NULL);
  g_assert_nonnull (a);
  STEP ("amend", tabella_station_take (s, a, &error));
  STEP ("amend", tabella_station_amend (s, d->p->folder, &taken, &error));
}

static void
keep_secret (CutsDay *d, const char *name)
{
  g_autofree char *path = g_build_filename (d->state, name, NULL);
  g_autoptr (GBytes) bytes = tabella_file_read (path, 1u << 20, NULL);

  g_assert_nonnull (bytes);
  g_ptr_array_add (d->secrets, g_bytes_new_from_bytes (bytes, VAULT_RANDOM, SECRET_BYTES));
}

static gboolean
keep_pseudonym (guint32 slot, const guint8 *bytes, gpointer data, GError **error)
{
  if (bytes[AT_KIND] != TABELLA_CHECKIN_FREE)
    g_ptr_array_add (((CutsDay *)data)->secrets, g_bytes_new (bytes, AT_KIND));
  return TRUE;
}

static void
begin_day (CutsDay *d, TabellaStation *s)
{
  g_autofree char *from = practice_file (d->p, "stick");
  g_autofree char *enrolment = NULL;
  g_autoptr (TabellaPackage) package = NULL;
  TabellaTerminalSecrets *secrets =
      tabella_simulated_secrets_load (d->p->folder, d->terminal, NULL);

  STEP ("enrol",
        tabella_station_enrol (s, "simulated", secrets, TRUE, &d->setup_code, &enrolment, &error));
  keep_secret (d, "setup.vault");
  package = tabella_station_find_package (s, from, NULL);
  g_assert_nonnull (package);
  STEP ("install", tabella_station_install (s, package, &error));
  STEP ("uninstall", tabella_life_uninstall (s, &error));
  STEP ("install", tabella_station_install (s, package, &error));
  STEP ("first", tabella_station_first_opening (s, d->setup_code, cuts_passphrases, 2, PRACTICE_PIN,
                                                &error));
  STEP ("zero", tabella_station_zero_report (s, &error));
  STEP ("open", tabella_station_open_poll (s, &error));
}

static void
pass_night (TabellaStation *s)
{
  STEP ("evening", tabella_station_end_of_day (s, &error));
  cuts_mark ("do lock");
  tabella_station_lock (s);
  cuts_mark ("done lock");
  STEP ("unlock", tabella_station_unlock (s, cuts_passphrases, 1, &error));
  STEP ("resume", tabella_station_resume (s, &error));
}

static void
hold_day (CutsDay *d, TabellaStation *s, guint8 (*tickets)[10])
{
  arrive (s, 0, tickets[0]);
  STEP ("cast", cast (s, &error));
  STEP ("end", tabella_session_end (s, &error));
  arrive (s, 1, tickets[1]);
  STEP ("left", tabella_session_end (s, &error));
  safety_copy (d, s, 1);
  arrive (s, 2, tickets[2]);
  STEP ("challenge", challenge (s, &error));
  STEP ("cast", cast (s, &error));
  STEP ("end", tabella_session_end (s, &error));
  stickless_copy (d, s);
  arrive (s, 3, tickets[3]);
  STEP ("challenge", challenge (s, &error));
  STEP ("cancel", tabella_session_cancel (s, TABELLA_CANCEL_HELP, &error));
  safety_copy (d, s, 3);
  note_batch (d, 2);
  amend (d, s);
  STEP ("pause", tabella_station_pause (s, &error));
  STEP ("resume", tabella_station_resume (s, &error));
  arrive (s, 4, tickets[4]);
  STEP ("challenge", challenge (s, &error));
  STEP ("challenge", challenge (s, &error));
  STEP ("cast", cast (s, &error));
  STEP ("end", tabella_session_end (s, &error));
  pass_night (s);
  arrive (s, 5, tickets[5]);
  STEP ("cast", cast (s, &error));
  STEP ("end", tabella_session_end (s, &error));
}

/* People come to the desk, one of them twice, and go with their tickets. */
static void
hold_desk_day (CutsDay *d, TabellaStation *s)
{
  guint8 ticket[10];

  STEP ("checkin", check_in (s, served[0], TABELLA_CHECKIN_ROLL, ticket, &error));
  STEP ("checkin", check_in (s, served[1], TABELLA_CHECKIN_ROLL, ticket, &error));
  safety_copy (d, s, 1);
  STEP ("checkin", check_in (s, served[0], TABELLA_CHECKIN_PROVISIONAL, ticket, &error));
  stickless_copy (d, s);
  STEP ("checkin", check_in (s, served[2], TABELLA_CHECKIN_ROLL, ticket, &error));
  safety_copy (d, s, 3);
  note_batch (d, 2);
  amend (d, s);
  STEP ("pause", tabella_station_pause (s, &error));
  STEP ("resume", tabella_station_resume (s, &error));
  STEP ("checkin", check_in (s, STRANGER, TABELLA_CHECKIN_WALKIN, ticket, &error));
  pass_night (s);
  STEP ("checkin", check_in (s, served[4], TABELLA_CHECKIN_ROLL, ticket, &error));
}

static void
end_day (CutsDay *d, TabellaStation *s)
{
  const TabellaStick stick = { .root = d->stick };
  g_autofree char *text = NULL, *again = NULL;
  guint16 number;

  STEP ("close", tabella_export_close (s, &error));
  STEP ("final", tabella_export_final (s, &stick, &text, &error));
  g_assert_true (tabella_export_final_number (s, &number, NULL));
  d->batch = number;
  note_batch (d, number);
  STEP ("final", tabella_export_final (s, &stick, &again, &error));
  g_assert_cmpstr (text, ==, again);
  keep_secret (d, "officers.vaults");
  tabella_slots_each (s->box->store, TABELLA_SLOTS_CHECKIN, keep_pseudonym, d, NULL);
  if (d->retires) {
    s->package->manifest->practice = FALSE; /* nothing reads it from the disk before the end */
    STEP ("retire", tabella_life_retire (s, &error));
  } else {
    d->new_code = tabella_setup_code_new ();
    STEP ("leave", tabella_life_leave_practice (s, d->new_code, &error));
  }
}

/* A desk gives tickets to the booth before anything is recorded. */
static void
make_tickets (Practice *p, guint8 (*tickets)[10], guint n)
{
  g_autoptr (TabellaStation) desk = practice_open (p, DESK);
  GError *error = NULL;

  for (guint i = 0; i < n; i++)
    if (!check_in (desk, served[i], TABELLA_CHECKIN_ROLL, tickets[i], &error))
      g_error ("%s", error->message);
}

/* The first amendment comes as a code, the second one with the folder. */
static void
make_amendments (Practice *p)
{
  g_autofree char *kept = practice_file (p, "kept-code"), *code = NULL;
  GError *error = NULL;
  guint16 number;

  tabella_amendment_write (p->manifest, p->folder, TABELLA_AMEND_CLOSED, 3, 0, NULL, NULL, &p->key,
                           &number, &code, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (kept, code, -1, NULL));
  practice_amend (p, TABELLA_AMEND_OPENED, 3, 0);
}

static char *
folder_of (const CutsDay *d, const char *name)
{
  char *path = practice_file (d->p, name);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  return path;
}

static void
fixed_clock (char out[17], gpointer data)
{
  g_strlcpy (out, "2014-06-22 10:00", 17);
}

static void
live (CutsDay *d, guint8 (*tickets)[10])
{
  GError *error = NULL;
  TabellaStation *s = tabella_station_open (d->state, &error);

  g_assert_no_error (error);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  tabella_station_set_clock (s, fixed_clock, NULL);
  begin_day (d, s);
  make_amendments (d->p);
  if (d->terminal == DESK)
    hold_desk_day (d, s);
  else
    hold_day (d, s, tickets);
  end_day (d, s);
  tabella_station_free (s);
}

CutsDay *
cuts_day_new (guint16 terminal, gboolean retires)
{
  CutsDay *d = g_new0 (CutsDay, 1);
  guint8 tickets[7][10];

  d->p = practice_new (NULL);
  d->terminal = terminal;
  d->retires = retires;
  d->state = folder_of (d, "state");
  d->stick = folder_of (d, "usb");
  d->spare = folder_of (d, "spare-usb");
  d->twice = folder_of (d, "place-twice");
  d->log = practice_file (d->p, "log");
  d->second_log = practice_file (d->p, "second-log");
  d->every = 120;
  d->memory[2] = cuts_memory_new ();
  for (guint i = 0; i < 2; i++) {
    g_autofree char *name = g_strdup_printf ("place-%u", i);

    d->place[i] = folder_of (d, name);
    d->memory[i] = cuts_memory_new ();
  }
  d->snaps = g_ptr_array_new_with_free_func ((GDestroyNotify)cuts_snap_free);
  d->batches =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  d->secrets = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  if (terminal == BOOTH)
    make_tickets (d->p, tickets, G_N_ELEMENTS (tickets));
  memcpy (d->spare_ticket, tickets[6], 10);
  {
    const char *const folders[] = { d->state, d->stick, NULL };

    d->before = cuts_disks_new (folders, 1 << CUTS_STICK);
    cuts_record (d->log, folders);
    recorded = d;
    live (d, tickets);
    recorded = NULL;
    cuts_stop ();
  }
  return d;
}

void
cuts_day_free (CutsDay *d)
{
  practice_free (d->p);
  g_ptr_array_unref (d->snaps);
  g_ptr_array_unref (d->secrets);
  g_hash_table_unref (d->batches);
  for (guint i = 0; i < 2; i++) {
    g_free (d->place[i]);
    g_hash_table_unref (d->memory[i]);
  }
  g_hash_table_unref (d->memory[2]);
  cuts_disks_free (d->before);
  tabella_setup_code_free (d->setup_code);
  g_clear_pointer (&d->new_code, tabella_setup_code_free);
  g_free (d->state);
  g_free (d->stick);
  g_free (d->spare);
  g_free (d->twice);
  g_free (d->second_log);
  g_free (d->log);
  g_free (d);
}
