/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdio.h>
#include "speaker.h"

/* A speaker that nobody hears. Each call is a line: "say LANGUAGE now|then TEXT", "stop", "rate N",
 * "volume N" (the last two only when they change). */
#define TEST_TYPE_RECORDER (recorder_get_type ())
G_DECLARE_FINAL_TYPE (Recorder, recorder, TEST, RECORDER, GObject)

/* @copy: where each line goes at once, or NULL; stays the caller's. */
Recorder *recorder_new (FILE *copy);
/* All lines since the last time; free with g_free. */
char *recorder_take (Recorder *r);
