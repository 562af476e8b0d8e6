/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <jansson.h>

/* Makes an example draft hard to show: twelve contests with forty options each, long names in two
 * scripts, questions of up to about 400 characters, from one to five to choose. */
void election_texts_long (json_t *draft);
