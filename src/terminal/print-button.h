/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "paper.h"
#include "screen.h"

/* "Print", there while there is a printer. */
#define TABELLA_TYPE_PRINT_BUTTON (tabella_print_button_get_type ())
G_DECLARE_FINAL_TYPE (TabellaPrintButton, tabella_print_button, TABELLA, PRINT_BUTTON, GtkButton)

/* What is to be printed from @screen; NULL with @error: it could not be made. */
typedef TabellaPaper *(*TabellaPrintPaper) (TabellaScreenView *screen, GError **error);

/* For a place in @screen; asks for a printer. */
GtkWidget *tabella_print_button_new (TabellaScreenView *screen, TabellaPrintPaper paper);
