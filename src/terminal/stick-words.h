/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "stick-job.h"

/* What a stick-screen says, translated. @working: what it says in the phase WORKING. */
char *tabella_stick_words (TabellaStickJob *job, const char *working);
/* The label and the size of a stick: "ELECTION, 8.0 GB". */
char *tabella_stick_name (const TabellaStickInfo *stick);
/* After the phase DONE, whether it can be or has been taken out. */
const char *tabella_stick_release (TabellaStickJob *job);
