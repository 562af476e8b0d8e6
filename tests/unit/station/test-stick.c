/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stick.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"
#include "practice.h"

#define TERMINAL 3
#define NUMBER   12
#define FOLDER   "terminal-003/batch-0012"

/* The nth of the calls below that the writer makes fails; a dead stick fails all that follow. */
static struct {
  guint left;
  gboolean dead, stays_dead;
  int err;
} fault;

static gboolean
fails (void)
{
  if (!fault.dead && (fault.left == 0 || --fault.left > 0))
    return FALSE;
  fault.dead = fault.stays_dead;
  errno = fault.err;
  return TRUE;
}

#define WRAPPED(result, name, parameters, arguments)                                               \
  result __real_##name parameters;                                                                 \
  result __wrap_##name parameters;                                                                 \
  result __wrap_##name parameters                                                                  \
  {                                                                                                \
    return fails () ? -1 : __real_##name arguments;                                                \
  }

WRAPPED (ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
WRAPPED (int, fsync, (int fd), (fd))
WRAPPED (int, syncfs, (int fd), (fd))
WRAPPED (int, rename, (const char *from, const char *to), (from, to))

/* A stick on which a new folder is not empty: it has a link of this name to there. */
static const char *planted_name, *planted;

int __real_mkdir (const char *path, mode_t mode);
int __wrap_mkdir (const char *path, mode_t mode);

int
__wrap_mkdir (const char *path, mode_t mode)
{
  const int done = fails () ? -1 : __real_mkdir (path, mode);

  if (planted != NULL && g_str_has_suffix (path, ".tmp")) {
    g_autofree char *link_there = g_build_filename (path, planted_name, NULL);

    g_assert_cmpint (symlink (planted, link_there), ==, 0);
  }
  return done;
}

typedef struct {
  char *root, *folder, *parent;
  TabellaStickFile files[3], others[3];
  TabellaStick stick;
} Fixture;

static GBytes *
random_bytes (gsize size)
{
  guint8 *bytes = g_malloc (MAX (size, 1));

  randombytes_buf (bytes, size);
  return g_bytes_new_take (bytes, size);
}

static Fixture *
fixture_new (void)
{
  static const char *const names[] = { "ballots", "ballots.minisig", "checkins" };
  static const gsize sizes[] = { 200000, 300, 0 };
  Fixture *f = g_new0 (Fixture, 1);
  GError *error = NULL;

  f->root = g_dir_make_tmp ("tabella-stick-XXXXXX", &error);
  g_assert_no_error (error);
  f->folder = g_build_filename (f->root, FOLDER, NULL);
  f->parent = g_path_get_dirname (f->folder);
  for (guint i = 0; i < 3; i++) {
    f->files[i] = (TabellaStickFile){ names[i], random_bytes (sizes[i]) };
    f->others[i] = (TabellaStickFile){ names[i], random_bytes (sizes[i]) };
  }
  f->stick.root = f->root;
  return f;
}

static void
fixture_free (Fixture *f)
{
  GError *error = NULL;

  memset (&fault, 0, sizeof fault);
  tabella_folder_remove (f->root, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++) {
    g_bytes_unref (f->files[i].bytes);
    g_bytes_unref (f->others[i].bytes);
  }
  g_free (f->root);
  g_free (f->folder);
  g_free (f->parent);
  g_free (f);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static gboolean
holds (const Fixture *f, const TabellaStickFile *files)
{
  for (guint i = 0; i < 3; i++) {
    g_autofree char *path = g_build_filename (f->folder, files[i].name, NULL);
    g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, NULL);

    if (bytes == NULL || !g_bytes_equal (bytes, files[i].bytes))
      return FALSE;
  }
  return TRUE;
}

/* What a reader finds: nothing at all, or the batch with all of its files. */
static gboolean
is_there (const Fixture *f)
{
  g_autoptr (GPtrArray) names = NULL;

  if (!g_file_test (f->parent, G_FILE_TEST_IS_DIR))
    return FALSE;
  names = tabella_folder_list (f->parent, NULL);
  g_assert_nonnull (names);
  if (names->len == 0)
    return FALSE;
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpstr (names->pdata[0], ==, "batch-0012");
  return TRUE;
}

static void
assert_no_remains (const Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->parent, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_cmpstr (name, ==, "batch-0012");
}

static gboolean
put (Fixture *f, const TabellaStickFile *files, GError **error)
{
  return tabella_stick_write (&f->stick, TERMINAL, NUMBER, files, 3, error);
}

/* Nothing is written to where a link on the stick points. */
static void
test_planted_link (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *victim = g_build_filename (f->root, "victim", NULL), *text = NULL;
  GError *error = NULL;

  g_assert_true (tabella_file_write (victim, "stays", 5, 0644, &error));
  planted_name = "ballots";
  planted = victim;
  assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK, "");
  planted = NULL;
  g_assert_true (g_file_get_contents (victim, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "stays");
  g_assert_false (is_there (f));
}

static void
test_write (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *tmp = g_build_filename (f->parent, ".batch-0012.tmp", "old", NULL);
  struct stat first, again;
  GError *error = NULL;

  /* What a stick that was pulled out has on it. */
  g_assert_true (tabella_file_write (tmp, "half", 4, 0644, &error));
  g_assert_false (is_there (f));
  g_assert_true (put (f, f->files, &error));
  g_assert_no_error (error);
  g_assert_true (is_there (f));
  g_assert_true (holds (f, f->files));
  assert_no_remains (f);
  g_assert_cmpint (stat (f->folder, &first), ==, 0);
  g_assert_true (put (f, f->files, &error));
  g_assert_cmpint (stat (f->folder, &again), ==, 0);
  g_assert_cmpuint (first.st_ino, ==, again.st_ino); /* the same bytes: left alone */
  /* Perhaps they are only in memory, and the stick is pulled out after this. */
  fault.left = 1;
  fault.stays_dead = TRUE;
  fault.err = EIO;
  assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK, "");
  memset (&fault, 0, sizeof fault);
  g_assert_true (put (f, f->others, &error));
  g_assert_true (holds (f, f->others));
  assert_no_remains (f);
}

/* Each call fails once, alone or as a stick that is pulled out: a reader finds nothing or the whole
 * batch, and the next try works. */
static void
every_call (int err, gboolean dead, gboolean replace, const char *part)
{
  guint calls = 0;

  for (guint nth = 1;; nth++) {
    g_autoptr (Fixture) f = fixture_new ();
    GError *error = NULL;
    gboolean done;

    if (replace)
      g_assert_true (put (f, f->others, &error));
    fault.left = nth;
    fault.stays_dead = dead;
    fault.err = err;
    done = put (f, f->files, &error);
    calls = nth - 1;
    if (fault.left > 0 && done) {
      memset (&fault, 0, sizeof fault);
      break;
    }
    memset (&fault, 0, sizeof fault);
    if (!done)
      assert_refused (done, &error, TABELLA_STATION_ERROR_STICK, part);
    if (is_there (f))
      g_assert_true (holds (f, f->files) || (replace && holds (f, f->others)));
    else
      g_assert_false (done);
    g_assert_true (put (f, f->files, &error));
    g_assert_true (holds (f, f->files));
    assert_no_remains (f);
  }
  g_assert_cmpuint (calls, >, 10);
}

static void
test_every_call (void)
{
  every_call (EIO, FALSE, FALSE, "cannot be written");
  every_call (EIO, TRUE, FALSE, "cannot be written");
  every_call (ENOSPC, FALSE, FALSE, "is full");
  every_call (EROFS, FALSE, TRUE, "write-protected");
  every_call (ENODEV, TRUE, TRUE, "is not there");
}

/* Sticks that take the bytes and give others back. */
static gboolean
flip (const char *root, GError **error)
{
  g_autofree char *path = g_build_filename (root, "terminal-003/.batch-0012.tmp/ballots", NULL);
  FILE *file = fopen (path, "r+");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, 199999, SEEK_SET), ==, 0);
  fputc (fgetc (file) ^ 1, file);
  fclose (file);
  return TRUE;
}

static gboolean
cut (const char *root, GError **error)
{
  g_autofree char *path =
      g_build_filename (root, "terminal-003/.batch-0012.tmp/ballots.minisig", NULL);

  g_assert_cmpint (truncate (path, 299), ==, 0);
  return TRUE;
}

static gboolean
lose (const char *root, GError **error)
{
  g_autofree char *path = g_build_filename (root, "terminal-003/.batch-0012.tmp/checkins", NULL);

  g_assert_cmpint (unlink (path), ==, 0);
  return TRUE;
}

static gboolean
unable (const char *root, GError **error)
{
  g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK,
                       "does not answer");
  return FALSE;
}

static gboolean
vanish (const char *root, GError **error)
{
  g_assert_true (tabella_folder_remove (root, error));
  return TRUE;
}

static void
test_lying_sticks (void)
{
  static const struct {
    gboolean (*sync) (const char *root, GError **error);
    const char *part;
  } sticks[] = { { flip, "does not give back" },
                 { cut, "does not give back" },
                 { lose, "does not give back" },
                 { unable, "does not answer" },
                 { vanish, "does not give back" } };

  for (gsize i = 0; i < G_N_ELEMENTS (sticks); i++) {
    g_autoptr (Fixture) f = fixture_new ();
    GError *error = NULL;

    f->stick.sync = sticks[i].sync;
    assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK, sticks[i].part);
    g_assert_false (is_there (f));
  }
}

static void
test_no_stick (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *nowhere = g_build_filename (f->root, "nowhere", NULL);
  GError *error = NULL;

  f->stick.root = nowhere;
  assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK, "is not there");
  f->stick.root = "/sys/kernel"; /* nobody can make a folder there */
  assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK,
                  "write-protected");
  f->stick.root = f->root;
}

static void
test_too_large (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  struct rlimit before, tight;
  GError *error = NULL;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  tight = (struct rlimit){ 100000, before.rlim_max };
  g_assert_true (signal (SIGXFSZ, SIG_IGN) != SIG_ERR);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK, "is full");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (is_there (f));
  assert_no_remains (f); /* the space is given back */
  g_assert_true (put (f, f->files, &error));
}

/* A real small file system, full and then write-protected, where this process may mount one for
 * itself. */
static void
test_small_file_system (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  GError *error = NULL;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount ("tmpfs", f->root, "tmpfs", 0, "size=128k") != 0) {
    /* Without that right the limits above have shown the same errors. */
    g_assert_cmpint (errno, ==, EPERM);
    return;
  }
  assert_refused (put (f, f->files, &error), &error, TABELLA_STATION_ERROR_STICK, "is full");
  g_assert_false (is_there (f));
  assert_no_remains (f);
  g_assert_cmpint (mount ("tmpfs", f->root, "tmpfs", MS_REMOUNT, "size=2m"), ==, 0);
  g_assert_true (put (f, f->files, &error));
  g_assert_cmpint (mount ("tmpfs", f->root, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  assert_refused (put (f, f->others, &error), &error, TABELLA_STATION_ERROR_STICK,
                  "write-protected");
  g_assert_true (holds (f, f->files));
  g_assert_true (put (f, f->files, &error)); /* it is there, and that can be read */
  g_assert_cmpint (umount (f->root), ==, 0);
}

/* Gives a set of files the beginning of a batch: magic and HE. */
static void
begin_as (TabellaStickFile *file, guint8 he)
{
  gsize size;
  g_autofree guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&file->bytes), &size);

  memcpy (bytes, "TABATCH1", 8);
  memset (bytes + 8, he, 32);
  file->bytes = g_bytes_new (bytes, size);
}

/* Without it the batch of a rehearsal, perhaps the only copy, is gone when the real one is written.
 */
static void
test_other_election (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autofree char *aside = g_strdup_printf ("%s-a1a1a1a1", f->folder);
  g_autofree char *ballots = g_build_filename (aside, "ballots", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) kept = NULL;

  begin_as (&f->files[0], 0xa1);
  begin_as (&f->others[0], 0xb2);
  g_assert_true (put (f, f->files, NULL));
  g_assert_true (put (f, f->others, NULL));
  g_assert_true (holds (f, f->others));
  kept = tabella_file_read (ballots, TABELLA_FILE_LIMIT, NULL);
  g_assert_nonnull (kept);
  g_assert_true (g_bytes_equal (kept, f->files[0].bytes));

  /* The other one's turn again; then there is no free name left for it. */
  g_assert_true (put (f, f->files, NULL));
  g_assert_false (put (f, f->others, &error));
  g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK);
  g_assert_nonnull (strstr (error->message, "another election"));
  g_assert_true (holds (f, f->files));
}

/* A stick with links where its folders should be: what it "holds" may be this terminal's own. */
static void
test_links (void)
{
  g_autoptr (Fixture) f = fixture_new (), own = fixture_new ();
  GError *error = NULL;

  g_assert_true (put (own, own->files, &error));
  g_assert_cmpint (symlink (own->parent, f->parent), ==, 0);
  assert_refused (put (f, own->files, &error), &error, TABELLA_STATION_ERROR_STICK, "File exists");
  assert_refused (put (f, f->others, &error), &error, TABELLA_STATION_ERROR_STICK, "File exists");
  g_assert_true (holds (own, own->files));
  assert_no_remains (own);

  g_assert_cmpint (unlink (f->parent), ==, 0);
  g_assert_cmpint (mkdir (f->parent, 0755), ==, 0);
  g_assert_cmpint (symlink (own->folder, f->folder), ==, 0);
  g_assert_true (put (f, own->files, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (f->folder, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (holds (f, own->files));
  g_assert_true (holds (own, own->files));
  assert_no_remains (f);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stick/write", test_write);
  g_test_add_func ("/stick/planted-link", test_planted_link);
  g_test_add_func ("/stick/every-call", test_every_call);
  g_test_add_func ("/stick/lying", test_lying_sticks);
  g_test_add_func ("/stick/other-election", test_other_election);
  g_test_add_func ("/stick/none", test_no_stick);
  g_test_add_func ("/stick/links", test_links);
  g_test_add_func ("/stick/too-large", test_too_large);
  g_test_add_func ("/stick/small-file-system", test_small_file_system);
  return g_test_run ();
}
