/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A polling day on an ext4 file system in a file, and then that file searched from end to end: what
 * somebody finds who takes the disk out. Needs root and loop devices (it asks sudo for them), and
 * fails where there are none. The mount is in a namespace of its own and goes with the process. */
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include "box-fixture.h"
#include "files.h"
#include "order-study.h"
#include "random-poll.h"

#define SLOTS      900
#define PEOPLE     500
#define IMAGE_SIZE (96 << 20)
#define EXTENTS    64
#define KEY        8  /* bytes of a record that are nowhere by chance, … */
#define STRIDE     32 /* … one in each point and scalar of it */
#define AT_BODY    20 /* of a ballot's slot: kind, style, T, attempt */
#define AT_LINK    36 /* of a check-in */

typedef struct {
  char *folder, *image, *mount;
  Practice *practice;
  RandomPoll *poll;
} Disk;

/* Where a piece of a record is: in box.db, and how often in the image. */
typedef struct {
  guint64 key;
  gsize place;
  guint found;
  guint64 found_at;
} Piece;

typedef struct {
  GHashTable *pieces;      /* Piece::key → Piece */
  guint8 first[65536 / 8]; /* which keys begin with these two bytes */
} Pieces;

static void
run (const char *program, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *said = NULL;
  GError *error = NULL;
  gint status = 0;
  va_list args;

  g_ptr_array_add (argv, (char *)program);
  va_start (args, program);
  do
    g_ptr_array_add (argv, va_arg (args, char *));
  while (argv->pdata[argv->len - 1] != NULL);
  va_end (args);
  if (!g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said,
                     &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s %s(this test needs root, loop devices and e2fsprogs)", program, error->message,
             said == NULL ? "" : said);
}

static void
disk_mount (Disk *d)
{
  run ("mount", "-o", "loop", d->image, d->mount, NULL);
}

static void
disk_unmount (Disk *d)
{
  run ("umount", d->mount, NULL);
}

static void
disk_init (Disk *d)
{
  g_autofree char *state = NULL, *tablet = NULL;
  GError *error = NULL;
  int fd;

  *d = (Disk){ .practice = random_poll_practice (SLOTS) };
  d->folder = g_dir_make_tmp ("tabella-image-XXXXXX", &error);
  g_assert_no_error (error);
  d->image = g_build_filename (d->folder, "image", NULL);
  d->mount = g_build_filename (d->folder, "mount", NULL);
  g_assert_true (tabella_folder_make (d->mount, &error));
  fd = open (d->image, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, IMAGE_SIZE), ==, 0);
  g_assert_cmpint (close (fd), ==, 0);
  run ("mkfs.ext4", "-q", "-F", d->image, NULL);
  disk_mount (d);
  tablet = g_build_filename (d->mount, "tablet", NULL);
  g_assert_true (tabella_folder_make (tablet, &error));
  state = practice_file (d->practice, "state-6");
  g_assert_cmpint (symlink (tablet, state), ==, 0);
}

static void
disk_clear (Disk *d)
{
  GError *error = NULL;

  random_poll_free (d->poll);
  disk_unmount (d);
  practice_free (d->practice);
  g_assert_true (tabella_folder_remove (d->folder, &error));
  g_free (d->folder);
  g_free (d->image);
  g_free (d->mount);
}

static guint64
read_key (const guint8 *bytes)
{
  guint64 key;

  memcpy (&key, bytes, KEY);
  return key;
}

static void
add_piece (Pieces *pieces, const guint8 *box, gsize place)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->key = read_key (box + place);
  piece->place = place;
  g_assert_true (g_hash_table_insert (pieces->pieces, &piece->key, piece));
  pieces->first[(piece->key & 0xFFFF) / 8] |= (guint8)(1u << (piece->key & 7));
}

/* The pieces of all used slots: what is free in them is zeros. */
static void
add_slots (Pieces *pieces, GBytes *box, const RandomPoll *r)
{
  g_autoptr (GPtrArray) cast = NULL, checked = NULL;
  g_autoptr (GArray) people = NULL;
  const guint8 *start = g_bytes_get_data (box, NULL);
  GError *error = NULL;

  g_assert_true (tabella_box_records (r->box->box, &cast, &checked, &people, &error));
  for (guint i = 0; i < checked->len; i++)
    g_ptr_array_add (cast, g_bytes_ref (checked->pdata[i]));
  for (guint i = 0; i < cast->len; i++) {
    gsize size, place;
    const guint8 *record = g_bytes_get_data (cast->pdata[i], &size);

    g_assert_cmpuint (box_fixture_find (box, record, size, &place), ==, 1);
    /* A challenged one ends with selections, which are no random bytes. */
    for (gsize at = AT_BODY - 1; at + 2 * STRIDE < size; at += STRIDE)
      add_piece (pieces, start, place + at);
  }
  for (guint i = 0; i < people->len; i++) {
    const TabellaCheckin *c = &g_array_index (people, TabellaCheckin, i);
    gsize place;

    g_assert_cmpuint (box_fixture_find (box, c->p, sizeof c->p, &place), ==, 1);
    add_piece (pieces, start, place);
    if (!tabella_link_is_zero (c->link))
      add_piece (pieces, start, place + AT_LINK);
  }
}

/* Every piece at every offset of the image. */
static void
search (Pieces *pieces, const char *image)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (image, FALSE, NULL);
  const guint8 *bytes;
  gsize size;

  g_assert_nonnull (file);
  bytes = (const guint8 *)g_mapped_file_get_contents (file);
  size = g_mapped_file_get_length (file);
  for (gsize at = 0; at + KEY <= size; at++) {
    const guint64 key = read_key (bytes + at);
    Piece *piece;

    if ((pieces->first[(key & 0xFFFF) / 8] & 1u << (key & 7)) == 0)
      continue;
    piece = g_hash_table_lookup (pieces->pieces, &key);
    if (piece == NULL)
      continue;
    piece->found++;
    piece->found_at = at;
  }
}

/* Where the file's bytes lie on the disk. */
static struct fiemap *
file_map (const char *path)
{
  struct fiemap *map = g_malloc0 (sizeof *map + EXTENTS * sizeof (struct fiemap_extent));
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  map->fm_length = FIEMAP_MAX_OFFSET;
  map->fm_flags = FIEMAP_FLAG_SYNC;
  map->fm_extent_count = EXTENTS;
  g_assert_cmpint (ioctl (fd, FS_IOC_FIEMAP, map), ==, 0);
  g_assert_cmpint (close (fd), ==, 0);
  g_assert_cmpuint (map->fm_mapped_extents, >, 0);
  return map;
}

static guint64
on_disk (const struct fiemap *map, guint64 place)
{
  for (guint i = 0; i < map->fm_mapped_extents; i++) {
    const struct fiemap_extent *e = &map->fm_extents[i];

    if (place >= e->fe_logical && place < e->fe_logical + e->fe_length)
      return e->fe_physical + place - e->fe_logical;
  }
  g_assert_not_reached ();
}

static void
pieces_init (Pieces *pieces)
{
  *pieces = (Pieces){ .pieces = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free) };
}

/* Does the place on the disk run with time? */
static void
study_places (const Disk *d, GBytes *box, const struct fiemap *map)
{
  g_autoptr (OrderStudy) s = order_study_new ();
  g_autoptr (GPtrArray) cast = NULL, checked = NULL;
  g_autoptr (GArray) people = NULL;
  g_autofree double *places = g_new (double, PEOPLE);
  GError *error = NULL;

  g_assert_true (tabella_box_records (d->poll->box->box, &cast, &checked, &people, &error));
  for (guint i = 0; i < d->poll->people->len; i++) {
    const RandomPerson *person = &g_array_index (d->poll->people, RandomPerson, i);
    gsize place;

    g_assert_cmpuint (box_fixture_find (box, person->p, 32, &place), ==, 1);
    places[i] = (double)on_disk (map, place);
  }
  order_study_add (s, "place of a check-in on the disk", places, d->poll->people->len);
  order_study_assert (s);
}

/* How many pieces are where they belong, once; how many copies lie elsewhere. */
static guint
assess (Pieces *pieces, const struct fiemap *map, guint *elsewhere)
{
  GHashTableIter iter;
  gpointer value;
  guint right = 0;

  *elsewhere = 0;
  g_hash_table_iter_init (&iter, pieces->pieces);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Piece *piece = value;

    if (piece->found == 1 && piece->found_at == on_disk (map, piece->place))
      right++;
    *elsewhere += piece->found > 0 ? piece->found - 1 : 0;
    piece->found = 0;
  }
  return right;
}

/* A program that writes the box to a new file each time leaves what this search finds. */
static void
careless (const Disk *d, GBytes *box)
{
  g_autofree char *path = g_build_filename (d->mount, "tablet", "copy", NULL);
  GError *error = NULL;
  gsize size;
  gconstpointer bytes = g_bytes_get_data (box, &size);

  g_assert_true (tabella_file_write (path, bytes, size, 0600, &error));
  g_assert_cmpint (unlink (path), ==, 0);
}

static void
test_image (void)
{
  Disk d;
  Pieces pieces;
  g_autofree char *path = NULL;
  g_autofree struct fiemap *first = NULL, *map = NULL;
  g_autoptr (GBytes) box = NULL;
  guint all, right, elsewhere;

  disk_init (&d);
  d.poll = random_poll_new (d.practice, FALSE);
  path = g_build_filename (d.poll->box->dir, "box.db", NULL);
  first = file_map (path);
  d.poll->strangers = TRUE; /* whose pseudonyms are not in the encrypted roll too */
  random_poll_run (d.poll, PEOPLE);
  map = file_map (path);
  g_assert_cmpuint (first->fm_mapped_extents, ==, map->fm_mapped_extents);
  for (guint i = 0; i < map->fm_mapped_extents; i++)
    g_assert_cmpuint (first->fm_extents[i].fe_physical, ==, map->fm_extents[i].fe_physical);
  box = box_fixture_read (path);
  pieces_init (&pieces);
  add_slots (&pieces, box, d.poll);
  study_places (&d, box, map);
  tabella_station_free (g_steal_pointer (&d.poll->box));
  d.poll->front = NULL;
  disk_unmount (&d);

  all = g_hash_table_size (pieces.pieces);
  search (&pieces, d.image);
  right = assess (&pieces, map, &elsewhere);
  g_test_message ("%u people, %u ballots cast, %u checked, %u restarts: %u of %u pieces in their "
                  "places, %u copies elsewhere in %d MiB",
                  d.poll->people->len, d.poll->casts, d.poll->challenges, d.poll->restarts, right,
                  all, elsewhere, IMAGE_SIZE >> 20);
  g_assert_cmpuint (all, >, 10000);
  g_assert_cmpuint (right, ==, all);
  g_assert_cmpuint (elsewhere, ==, 0);

  disk_mount (&d);
  careless (&d, box);
  disk_unmount (&d);
  search (&pieces, d.image);
  assess (&pieces, map, &elsewhere);
  g_assert_cmpuint (elsewhere, >, all / 2);
  disk_mount (&d);
  g_hash_table_unref (pieces.pieces);
  disk_clear (&d);
}

int
main (int argc, char **argv)
{
  if (geteuid () != 0) {
    g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

    execlp ("sudo", "sudo", "-n", self, NULL);
    g_error ("this test needs root: sudo cannot be run");
  }
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (unshare (CLONE_NEWNS), ==, 0);
  g_assert_cmpint (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  g_test_add_func ("/order-image/ext4", test_image);
  return g_test_run ();
}
