/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A disk that fails on purpose: SQLite's default file system from faulty_install() on, the real one
 * underneath. */

typedef enum {
  FAULT_REFUSE, /* the call fails and does nothing */
  FAULT_LIE,    /* the call does its work and fails all the same */
  FAULT_DEAD,   /* this call and all later ones fail and do nothing, reads too */
  FAULT_N_KINDS,
  FAULT_LOSE = FAULT_N_KINDS, /* the call does nothing and says that it did */
  FAULT_KILL,                 /* the process is killed before the call does anything */
} FaultKind;

void faulty_install (void);
/* The @nth write, truncation or sync from now (from 1) fails like that. */
void faulty_arm (FaultKind kind, guint nth);
/* Works again. TRUE if the fault had its turn. */
gboolean faulty_disarm (void);
