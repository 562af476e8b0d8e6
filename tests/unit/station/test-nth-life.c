/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal's life, from enrolling to retiring, while the n-th call to the system fails. */
#include "nth.h"

#include <unistd.h>
#include "life.h"
#include "station-private.h"

static const char *const passphrases[] = { "first officer", "second officer" };

static TabellaStationState
state_of (const Broken *b)
{
  return b->s->state;
}

/* --- Enrolling, installing, opening --- */

static gboolean
enrol (Broken *b, GError **error)
{
  g_autofree char *enrolment = NULL;

  g_clear_pointer (&b->new_code, tabella_setup_code_free);
  return tabella_station_enrol (b->s, "again", NULL, FALSE, &b->new_code, &enrolment, error);
}

/* A code that nobody was shown opens nothing: then there must be no keys. */
static gboolean
is_enrolled (Broken *b)
{
  GError *error = NULL;

  if (state_of (b) == TABELLA_STATION_NEW)
    return FALSE;
  if (b->new_code == NULL && b->dead) {
    /* It died after the last byte: such a tablet is set up from nothing. */
    g_autofree char *vault = g_build_filename (b->dir, "setup.vault", NULL);

    g_assert_cmpint (unlink (vault), ==, 0);
    broken_restart (b);
    return FALSE;
  }
  g_assert_nonnull (b->new_code);
  g_assert_true (tabella_station_check_setup_code (b->s, b->new_code, &error));
  g_assert_no_error (error);
  return TRUE;
}

static gboolean
install (Broken *b, GError **error)
{
  g_autofree char *stick = practice_file (b->p, "stick");
  g_autoptr (TabellaPackage) package = tabella_station_find_package (b->s, stick, error);

  return package != NULL && tabella_station_install (b->s, package, error);
}

static gboolean
is_installed (Broken *b)
{
  g_assert_cmpint (state_of (b), >=, TABELLA_STATION_ENROLLED);
  return state_of (b) >= TABELLA_STATION_INSTALLED;
}

static gboolean
first_opening (Broken *b, GError **error)
{
  return tabella_station_first_opening (b->s, b->setup_code, passphrases, 2, PRACTICE_PIN, error);
}

static gboolean
is_opened (Broken *b)
{
  g_autofree char *vault = g_build_filename (b->dir, "setup.vault", NULL);
  GError *error = NULL;

  if (tabella_station_state (b->s) == TABELLA_STATION_LOCKED) {
    tabella_station_unlock (b->s, passphrases, 1, &error);
    g_assert_no_error (error);
  }
  g_assert_true (!tabella_station_unlocked (b->s) || !g_file_test (vault, G_FILE_TEST_EXISTS));
  return tabella_station_unlocked (b->s);
}

static gboolean
uninstall (Broken *b, GError **error)
{
  return tabella_life_uninstall (b->s, error);
}

static gboolean
is_uninstalled (Broken *b)
{
  g_assert_cmpint (state_of (b), >=, TABELLA_STATION_ENROLLED);
  return state_of (b) == TABELLA_STATION_ENROLLED;
}

/* The program starts and the officers unlock. */
static gboolean
start (Broken *b, GError **error)
{
  g_clear_pointer (&b->s, tabella_station_free);
  b->s = tabella_station_open (b->dir, error);
  if (b->s == NULL)
    return FALSE;
  g_assert_cmpint (state_of (b), ==, TABELLA_STATION_OPEN);
  return tabella_station_unlock (b->s, passphrases, 1, error);
}

static gboolean
is_started (Broken *b)
{
  TabellaCounts counts;
  GError *error = NULL;

  g_assert_true (tabella_station_counts (b->s, &counts, &error));
  g_assert_cmpuint (counts.cast, ==, 1);
  g_assert_cmpuint (counts.challenged, ==, 2);
  return tabella_station_unlocked (b->s);
}

/* --- The end --- */

static void
with_new_code (Broken *b)
{
  b->new_code = tabella_setup_code_new ();
}

static gboolean
leave_practice (Broken *b, GError **error)
{
  return tabella_life_leave_practice (b->s, b->new_code, error);
}

/* The terminal as its screens ask for it, whatever happened: nothing of this may end the program.
 */
static void
look_at (Broken *b)
{
  TabellaCounts counts;
  guint16 number;

  if (tabella_station_state (b->s) == TABELLA_STATION_ENROLLED)
    return;
  g_assert_nonnull (tabella_station_manifest (b->s));
  g_assert_nonnull (tabella_station_status (b->s));
  tabella_station_counts (b->s, &counts, NULL);
  tabella_export_final_delivered (b->s);
  tabella_export_final_number (b->s, &number, NULL);
  tabella_life_may_leave_practice (b->s);
}

static gboolean
has_left_practice (Broken *b)
{
  GError *error = NULL;

  look_at (b);
  tabella_station_lock (b->s); /* "Lock now" */
  look_at (b);
  if (state_of (b) == TABELLA_STATION_ENROLLED) {
    g_assert_true (tabella_station_check_setup_code (b->s, b->new_code, &error));
    g_assert_no_error (error);
    return TRUE;
  }
  g_assert_cmpint (state_of (b), ==, TABELLA_STATION_CLOSED);
  if (!tabella_station_unlock (b->s, passphrases, 1, &error)) {
    /* It is certain, and finished at the next start. */
    g_clear_error (&error);
    broken_restart (b);
    return has_left_practice (b);
  }
  return FALSE;
}

/* A terminal that counts as official until it is read from the disk again. */
static void
as_official (Broken *b)
{
  b->s->package->manifest->practice = FALSE;
}

static gboolean
retire (Broken *b, GError **error)
{
  as_official (b);
  return tabella_life_retire (b->s, error);
}

static gboolean
is_retired (Broken *b)
{
  GError *error = NULL;

  look_at (b);
  tabella_station_lock (b->s);
  look_at (b);
  if (state_of (b) == TABELLA_STATION_RETIRED) {
    static const char *const gone[] = { "officers.vaults", "box.db", "package/roll" };

    for (guint i = 0; i < G_N_ELEMENTS (gone); i++) {
      g_autofree char *path = g_build_filename (b->dir, gone[i], NULL);

      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
    return TRUE;
  }
  g_assert_cmpint (state_of (b), ==, TABELLA_STATION_CLOSED);
  if (!tabella_station_unlock (b->s, passphrases, 1, &error)) {
    g_clear_error (&error);
    broken_restart (b);
    return is_retired (b);
  }
  return FALSE;
}

static const BrokenStep steps[] = {
  { "/nth/enrol", "new", NULL, enrol, NULL, is_enrolled, TRUE, FALSE, 1 },
  { "/nth/install", "enrolled", NULL, install, NULL, is_installed, FALSE, FALSE, 9 },
  { "/nth/first-opening", "installed", NULL, first_opening, NULL, is_opened, FALSE, FALSE, 2 },
  { "/nth/uninstall", "installed", NULL, uninstall, NULL, is_uninstalled, FALSE, FALSE, 3 },
  { "/nth/start", "open", NULL, start, NULL, is_started, FALSE, TRUE, 1, BROKEN_IN_PLACE },
  { "/nth/leave-practice", "delivered", with_new_code, leave_practice, NULL, has_left_practice,
    FALSE, FALSE, 4 },
  { "/nth/retire", "delivered", NULL, retire, NULL, is_retired, FALSE, FALSE, 3 },
};

int
main (int argc, char **argv)
{
  return nth_main (argc, argv, steps, G_N_ELEMENTS (steps));
}
