/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Starts the program once more if the C library does not yet overwrite all memory that is freed, by
 * whichever library. First thing in main(); returns if that is so, or cannot be. */
void tabella_forget_freed (char **argv);

/* Drops what libdbus keeps of its last messages: descriptions of controls that were read out or
 * touched through the accessibility bus, so what a voter chose. After a screen has gone. */
void tabella_forget_messages (void);
