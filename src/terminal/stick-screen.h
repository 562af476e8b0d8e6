/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "screen.h"
#include "stick-job.h"

/* A screen that needs a stick: it asks for one, says what is wrong with the one that is in, shows
 * that it is being written or read, and when it may be taken out. A subclass sets the class's words
 * and task; nothing else is needed. While it works, the kiosk is busy. */
#define TABELLA_TYPE_STICK_SCREEN (tabella_stick_screen_get_type ())
G_DECLARE_DERIVABLE_TYPE (TabellaStickScreen, tabella_stick_screen, TABELLA, STICK_SCREEN,
                          TabellaScreenView)

struct _TabellaStickScreenClass {
  TabellaScreenViewClass parent_class;

  /* N_() texts. */
  const char *title;
  const char *lead;    /* what it is for, one sentence or two; no "put it in" */
  const char *start;   /* the button when a stick was in already */
  const char *working; /* what it does meanwhile: "Writing the copy…" */
  const char *written; /* what has been done; NULL if done() leads to another screen at once */

  TabellaStickTask task;
  void (*prepare) (TabellaStickScreen *self); /* before a stick is asked for; NULL: nothing */
  char *(*input) (TabellaStickScreen *self);  /* for the work; NULL: none */
  /* The work is done: leave its result (taken with tabella_stick_screen_steal() if it has to live
   * on) to the next screen and take an event, or add to this one what remains to be seen. Called
   * again if the screen is built again. */
  void (*done) (TabellaStickScreen *self, gpointer result);
};

/* Instead of the class's title and lead, in prepare(). */
void tabella_stick_screen_set_words (TabellaStickScreen *self, const char *title, const char *lead);
gpointer tabella_stick_screen_steal (TabellaStickScreen *self);
/* Instead of the class's "written" words, in done(). */
void tabella_stick_screen_set_written (TabellaStickScreen *self, const char *text);
/* Beside the words, in done(). */
void tabella_stick_screen_set_qr (TabellaStickScreen *self, const char *text, const char *name);

/* For the screen after done(): "It is safe to take the stick out", "The stick has been taken out",
 * or that it is not released; NULL if nothing was written or read. Redraw at the kiosk's
 * "changed". */
const char *tabella_stick_release_words (TabellaKiosk *kiosk);
