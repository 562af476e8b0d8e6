/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-private.h"

#include <sodium.h>
#include <string.h>

static void
wipe (char *text)
{
  if (text != NULL)
    sodium_memzero (text, strlen (text));
  g_free (text);
}

static void
block_free (gpointer data)
{
  Block *block = data;

  wipe (block->text);
  wipe (block->value);
  g_free (block);
}

TabellaPaper *
tabella_paper_new (const char *language, const char *practice)
{
  TabellaPaper *paper = g_new0 (TabellaPaper, 1);

  paper->language = g_strdup (language);
  paper->practice = g_strdup (practice);
  paper->blocks = g_ptr_array_new_with_free_func (block_free);
  return paper;
}

void
tabella_paper_free (TabellaPaper *paper)
{
  if (paper == NULL)
    return;
  g_free (paper->language);
  g_free (paper->practice);
  g_ptr_array_unref (paper->blocks);
  g_free (paper);
}

static void
add (TabellaPaper *paper, BlockKind kind, TabellaPaperStyle style, const char *text,
     const char *value)
{
  Block *block = g_new0 (Block, 1);

  *block = (Block){ kind, style, g_strdup (text), g_strdup (value) };
  g_ptr_array_add (paper->blocks, block);
}

void
tabella_paper_add_text (TabellaPaper *paper, TabellaPaperStyle style, const char *text)
{
  if (text != NULL && *text != '\0')
    add (paper, BLOCK_TEXT, style, text, NULL);
}

void
tabella_paper_add_row (TabellaPaper *paper, const char *name, const char *value)
{
  if (value != NULL)
    add (paper, BLOCK_ROW, TABELLA_PAPER_TEXT, name, value);
}

void
tabella_paper_add_number (TabellaPaper *paper, const char *name, guint number)
{
  g_autofree char *value = g_strdup_printf ("%u", number);

  tabella_paper_add_row (paper, name, value);
}

void
tabella_paper_add_qr (TabellaPaper *paper, const char *text)
{
  g_autoptr (TabellaQr) qr = text != NULL ? tabella_qr_new (text, NULL) : NULL;

  if (qr != NULL)
    add (paper, BLOCK_QR, TABELLA_PAPER_TEXT, text, NULL);
}

void
tabella_paper_add_signature (TabellaPaper *paper, const char *who)
{
  add (paper, BLOCK_SIGNATURE, TABELLA_PAPER_SMALL, who, NULL);
}

void
tabella_paper_add_space (TabellaPaper *paper)
{
  add (paper, BLOCK_SPACE, TABELLA_PAPER_TEXT, NULL, NULL);
}
