/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"
#include "qr.h"
#include "receipts.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* What zbarimg, a reader that has nothing to do with this project, reads in a picture. */
static char *
read_back (GBytes *png)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("qr-XXXXXX.png", &path, &error);
  const char *argv[] = { "zbarimg", "--quiet", "--raw", path, NULL };
  char *out = NULL;
  g_autofree char *err = NULL;
  int status;

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                      (gssize)g_bytes_get_size (png), &error));
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                               &err, &status, &error));
  g_assert_no_error (error); /* no zbarimg: install zbar-tools */
  g_unlink (path);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("zbarimg finds no QR code: %s", err);
  return g_strchomp (out);
}

static void
assert_reads (const char *text, guint scale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaQr) qr = tabella_qr_new (text, &error);
  g_autoptr (GBytes) png = NULL;
  g_autofree char *back = NULL;

  g_assert_no_error (error);
  png = tabella_qr_png (qr, scale, &error);
  g_assert_no_error (error);
  back = read_back (png);
  g_assert_cmpstr (back, ==, text);
}

static void
test_texts (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autofree char *commitment = NULL;
  g_autofree char *batch = NULL;
  g_autofree char *receipt = NULL;
  guint8 code[32], signature[64];

  hand_bytes ("code", code);
  commitment = tabella_commitment_text (h->ctx, HAND_TERMINAL, code, h->ballot_secret);
  assert_reads (commitment, 4);
  batch = tabella_batch_text (h->ctx->he, HAND_TERMINAL, 1, TABELLA_BATCH_FINAL, 1, 2, 3, code,
                              h->ballot_secret);
  assert_reads (batch, 4);
  hand_bytes ("R", signature);
  hand_bytes ("s", signature + 32);
  g_free (h->election->policies.receipt_url);
  h->election->policies.receipt_url = g_strdup ("https://record.example/Path_with-cases/?q=1");
  receipt = tabella_receipt_text (h->ctx, HAND_TERMINAL, code, signature);
  assert_reads (receipt, 4);
}

static void
test_cases (void)
{
  assert_reads ("0123456789ABCDEF", 3);
  assert_reads ("lower Upper 123 #", 8);
}

/* The quiet zone of four modules, the three finders in their corners and none in the fourth. */
static void
test_shape (void)
{
  g_autoptr (TabellaQr) qr = tabella_qr_new ("TABELLA", NULL);

  g_assert_cmpuint (qr->size, ==, 21 + 8);
  for (guint y = 0; y < qr->size; y++)
    for (guint x = 0; x < qr->size; x++) {
      gboolean quiet = x < 4 || y < 4 || x >= 25 || y >= 25;

      g_assert_cmpuint (qr->dark[y * qr->size + x], <=, quiet ? 0 : 1);
    }
  for (guint i = 4; i < 11; i++) {
    g_assert_cmpuint (qr->dark[4 * qr->size + i], ==, 1);
    g_assert_cmpuint (qr->dark[4 * qr->size + 28 - i], ==, 1);
    g_assert_cmpuint (qr->dark[24 * qr->size + i], ==, 1);
  }
  g_assert_cmpuint (qr->dark[4 * qr->size + 11], ==, 0);
}

static void
test_refusals (void)
{
  g_autofree char *large = g_strnfill (4000, 'A');
  g_autofree char *fits = g_strnfill (3000, 'A');
  g_autoptr (TabellaQr) qr = tabella_qr_new (fits, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (qr);
  g_assert_null (tabella_qr_new (large, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "4000 characters");
  g_assert_null (tabella_qr_new ("", &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "0 characters");
  g_assert_null (tabella_qr_png (qr, 0, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "0 pixels");
  g_assert_null (tabella_qr_png (qr, 100000, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "100000 pixels");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/qr/texts", test_texts);
  g_test_add_func ("/qr/cases", test_cases);
  g_test_add_func ("/qr/shape", test_shape);
  g_test_add_func ("/qr/refusals", test_refusals);
  return g_test_run ();
}
