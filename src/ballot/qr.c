/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qr.h"

#include <cairo.h>
#include <errno.h>
#include <qrencode.h>
#include <string.h>

#define QUIET     4     /* modules of white on every side */
#define PIXEL_MAX 32767 /* cairo's largest image */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QRcode, QRcode_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (cairo_surface_t, cairo_surface_destroy)

TabellaQr *
tabella_qr_new (const char *text, GError **error)
{
  g_autoptr (QRcode) code = NULL;
  TabellaQr *qr;

  /* Parts that are all upper case are stored as alphanumeric by the encoder itself. */
  code = QRcode_encodeString (text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  if (code == NULL) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "a text of %" G_GSIZE_FORMAT " characters makes no QR code: %s",
                           strlen (text), g_strerror (errno));
    return NULL;
  }
  qr = g_new0 (TabellaQr, 1);
  qr->size = (guint)code->width + 2 * QUIET;
  qr->dark = g_new0 (guint8, (gsize)qr->size * qr->size);
  for (guint y = 0; y < (guint)code->width; y++)
    for (guint x = 0; x < (guint)code->width; x++)
      qr->dark[(y + QUIET) * qr->size + x + QUIET] = code->data[y * (guint)code->width + x] & 1;
  return qr;
}

void
tabella_qr_free (TabellaQr *qr)
{
  if (qr == NULL)
    return;
  g_free (qr->dark);
  g_free (qr);
}

static cairo_status_t
append_png (void *out, const unsigned char *bytes, unsigned int size)
{
  g_byte_array_append (out, bytes, size);
  return CAIRO_STATUS_SUCCESS;
}

static void
paint (const TabellaQr *qr, guint scale, cairo_surface_t *surface)
{
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint y = 0; y < qr->size; y++)
    for (guint x = 0; x < qr->size; x++)
      if (qr->dark[y * qr->size + x])
        cairo_rectangle (cr, x * scale, y * scale, scale, scale);
  cairo_fill (cr);
  cairo_destroy (cr);
}

GBytes *
tabella_qr_png (const TabellaQr *qr, guint scale, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (cairo_surface_t) surface = NULL;
  cairo_status_t status;
  int side;

  if (scale == 0 || scale > PIXEL_MAX / qr->size) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "a QR code of %u modules cannot be drawn with %u pixels each: choose "
                           "1 to %u",
                           qr->size, scale, PIXEL_MAX / qr->size);
    return NULL;
  }
  side = (int)(qr->size * scale);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, side, side);
  paint (qr, scale, surface);
  status = cairo_surface_write_to_png_stream (surface, append_png, out);
  if (status != CAIRO_STATUS_SUCCESS) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "the picture of a QR code cannot be made: %s",
                           cairo_status_to_string (status));
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
