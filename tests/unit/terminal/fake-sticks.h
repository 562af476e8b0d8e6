/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sticks.h"

/* Sticks that do what a test says. */
#define FAKE_TYPE_STICKS (fake_sticks_get_type ())
G_DECLARE_FINAL_TYPE (FakeSticks, fake_sticks, FAKE, STICKS, GObject)

FakeSticks *fake_sticks_new (void);
void fake_sticks_reset (FakeSticks *self); /* as new */
void fake_sticks_set_state (FakeSticks *self, TabellaSticksState state);
/* Its folder is @root, whether mounted or not; it is readable if there is one. */
void fake_sticks_put_in (FakeSticks *self, const char *id, const char *root, gboolean read_only);
void fake_sticks_take_out (FakeSticks *self, const char *id);
/* From now on mounting fails with this code; -1: it works. */
void fake_sticks_fail_mount (FakeSticks *self, int code);
void fake_sticks_fail_eject (FakeSticks *self, gboolean fails);
/* Ejecting makes it vanish, as a disk that is stopped. */
void fake_sticks_stop_at_eject (FakeSticks *self);
/* Mounting takes until it is let go on. */
void fake_sticks_hold (FakeSticks *self);
void fake_sticks_go_on (FakeSticks *self);
guint fake_sticks_n_mounted (FakeSticks *self); /* that are now */
