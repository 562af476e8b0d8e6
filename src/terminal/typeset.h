/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Every label of the program, from now on, is drawn in the forms of its language (Han characters
 * differ between Hong Kong, the mainland and Japan), with lines no farther apart than its letters
 * need: the Arabic font asks for half as much again, which no screen has. Once. */
void tabella_typeset_init (void);

/* @label is in @language, whatever the others are in. Before it has a parent. */
void tabella_typeset_language (GtkWidget *label, const char *language);
const char *tabella_typeset_own (GtkWidget *label); /* as set there, or NULL */
