/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "stages.h"

/* What the counting centre does, each from its stage of one story, for the tests in which it fails
 * in some way. */
typedef struct {
  const char *name, *stage;
  void (*prepare) (void); /* or NULL */
  gboolean (*act) (GError **error);
  char *(*made) (void); /* what is there, as text; NULL: nothing */
  guint every;          /* the short run takes one n in so many times the plan's step */
} Step;

extern const Step steps[];
extern const guint steps_count;

void steps_set_up (void);
void steps_clear (void);
/* A look, of which nothing remains. */
gboolean step_leaves_nothing (const Step *step);
/* Back to its stage and prepared, with the database open. */
void step_begin (const Step *step);
/* What the step makes when nothing fails; NULL: nothing. */
char *step_expected (const Step *step);
/* The program ended, and starts again: what was @told to be done is there, @right and whole;
 * what was not is not there or whole, and done again it is there, with nothing left behind. */
void step_go_on (const Step *step, gboolean told, const char *right);
