/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "story.h"

/* The election folder of one story at the stages of its count, to begin again from: "empty",
 * "imported", "opened", "decided", "strike" and "tally" (asked and answered), "struck", "counted".
 */
extern Story *story;

void stages_set_up (void);
void stages_back_to (const char *name); /* with its database open */
void stages_open (void);
void stages_close (void);
/* Names and contents of all files below NAME of the election folder, or its text; NULL: none. */
char *stages_files_in_folder (const char *name);
