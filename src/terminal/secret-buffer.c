/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "secret-buffer.h"

#include <sodium.h>
#include <string.h>
#include "secret.h"

#define BYTES 256

struct _TabellaSecretBuffer {
  GtkEntryBuffer parent_instance;
  TabellaSecret *text; /* BYTES, NUL-ended UTF-8 */
};

G_DEFINE_FINAL_TYPE (TabellaSecretBuffer, tabella_secret_buffer, GTK_TYPE_ENTRY_BUFFER)

static const gchar *
get_text (GtkEntryBuffer *buffer, gsize *n_bytes)
{
  const char *text = (const char *)TABELLA_SECRET_BUFFER (buffer)->text;

  if (n_bytes != NULL)
    *n_bytes = strlen (text);
  return text;
}

static guint
get_length (GtkEntryBuffer *buffer)
{
  return (guint)g_utf8_strlen (get_text (buffer, NULL), -1);
}

/* What does not fit is not taken. */
static guint
insert_text (GtkEntryBuffer *buffer, guint position, const gchar *chars, guint n_chars)
{
  char *text = (char *)TABELLA_SECRET_BUFFER (buffer)->text,
       *at = g_utf8_offset_to_pointer (text, position);
  gsize n = (gsize)(g_utf8_offset_to_pointer (chars, n_chars) - chars), have = strlen (text);

  if (have + n >= BYTES)
    return 0;
  memmove (at + n, at, have + 1 - (gsize)(at - text));
  memcpy (at, chars, n);
  gtk_entry_buffer_emit_inserted_text (buffer, position, chars, n_chars);
  return n_chars;
}

static guint
delete_text (GtkEntryBuffer *buffer, guint position, guint n_chars)
{
  char *text = (char *)TABELLA_SECRET_BUFFER (buffer)->text, *from, *to;
  gsize rest;

  n_chars = MIN (n_chars, get_length (buffer) - position);
  from = g_utf8_offset_to_pointer (text, position);
  to = g_utf8_offset_to_pointer (from, n_chars);
  rest = strlen (to) + 1;
  memmove (from, to, rest);
  sodium_memzero (from + rest, BYTES - (gsize)(from + rest - text));
  if (n_chars > 0)
    gtk_entry_buffer_emit_deleted_text (buffer, position, n_chars);
  return n_chars;
}

static void
finalize (GObject *object)
{
  tabella_secret_free (TABELLA_SECRET_BUFFER (object)->text);
  G_OBJECT_CLASS (tabella_secret_buffer_parent_class)->finalize (object);
}

static void
tabella_secret_buffer_class_init (TabellaSecretBufferClass *klass)
{
  GtkEntryBufferClass *buffer_class = GTK_ENTRY_BUFFER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  buffer_class->get_text = get_text;
  buffer_class->get_length = get_length;
  buffer_class->insert_text = insert_text;
  buffer_class->delete_text = delete_text;
}

static void
tabella_secret_buffer_init (TabellaSecretBuffer *buffer)
{
  buffer->text = tabella_secret_new (BYTES);
}

GtkEntryBuffer *
tabella_secret_buffer_new (void)
{
  return g_object_new (TABELLA_TYPE_SECRET_BUFFER, NULL);
}
