/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes every mutant of test-mutation for another verifier: DIR/NAME/ is its record, and a line
 * "NAME CHECK" of DIR/expected says which check fails first ("sound 0": none does). */
#include "mutation.h"

#include <glib/gstdio.h>
#include <string.h>

static void
write_record (const Record *r, const char *dir, const char *name, guint check, GString *expected)
{
  g_autofree char *folder = record_write (r);
  g_autofree char *to = g_build_filename (dir, name, NULL);

  g_assert_cmpint (g_rename (folder, to), ==, 0);
  g_string_append_printf (expected, "%s %u\n", name, check);
}

static void
write_all (const Record *base, const Mutation *mutations, const char *dir, GString *expected)
{
  for (const Mutation *m = mutations; m->name != NULL; m++) {
    g_autoptr (Record) r = record_new (base, m->stage, m->change);
    g_autofree char *name = g_strdup_printf ("%02u-%s", m->check, m->name);

    write_record (r, dir, name, m->check, expected);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) base = NULL, sound = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *list = NULL;

  g_assert_cmpint (argc, ==, 2);
  tabella_crypto_init ();
  f = record_fixture ();
  base = record_poll (f, NULL);
  sound = record_new (base, RECORD_FILES, NULL);
  write_record (sound, argv[1], "sound", 0, expected);
  write_all (base, paper_mutations, argv[1], expected);
  write_all (base, batch_mutations, argv[1], expected);
  write_all (base, ballot_mutations, argv[1], expected);
  write_all (base, count_mutations, argv[1], expected);
  write_all (base, lie_mutations, argv[1], expected);
  list = g_build_filename (argv[1], "expected", NULL);
  g_file_set_contents (list, expected->str, (gssize)expected->len, &error);
  g_assert_no_error (error);
  return 0;
}
