/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "export.h"

/* A small practice election and its simulated terminals, for tests of what happens on election day.
 *
 * Contests: 0 motion-1 (4 options, 0..1), 1 motion-2 (3 options, 0..1), 2 board (3 options, 1..2).
 * Styles: 0 "all" (motion-1, motion-2), 1 "wide" (motion-1, board), which only station 1 has.
 * Station 1: desks 1 (lane 0-4) and 2 (5-9), booths 3 and 4, spare 5. Station 2: combined 6, booth
 * 7, and booth 10, which is a real tablet. Station 3: combined 8 (0-4) and 9 (5-9). Trustees: any
 * one of two opens. On the roll: practice_id (n) for n below 40: station 1 below 20, then 2 below
 * 30, then 3; style "wide" for 2, 5, 8, … below 20. */
#define PRACTICE_VOTERS   40
#define PRACTICE_CAPACITY 30
#define PRACTICE_PIN      "80386"

typedef struct {
  char *path, *folder; /* the election folder, and practice/ in it */
  TabellaMinisignSecret key;
  TabellaManifest *manifest;
  TabellaCeremonyKeys keys;
  TabellaBallotContext *ctx;
} Practice;

/* @policies: a JSON object of members that replace those of the example, or NULL. */
Practice *practice_new (const char *policies);
/* The same with a draft that @change (may be NULL) has edited; stations, styles and their names stay
 * as they are. */
Practice *practice_new_changed (const char *policies, void (*change) (json_t *draft));
void practice_free (Practice *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Practice, practice_free)

char *practice_file (const Practice *p, const char *name); /* below p->path */
/* Another amendment; before the terminals that shall have it are opened. */
void practice_amend (Practice *p, TabellaAmendKind kind, guint16 target, guint32 value);

/* Terminal @index, installed and ready; its state folder is new. */
TabellaStation *practice_ready (Practice *p, guint16 index);
/* The same with its poll open. */
TabellaStation *practice_open (Practice *p, guint16 index);
/* The same state folder opened again and unlocked, as after a restart. */
TabellaStation *practice_restart (Practice *p, guint16 index);
void practice_unlock (TabellaStation *s);

char *practice_id (guint n);
/* ρK2 of R, as the trustees would compute it. */
void practice_shared (const Practice *p, const TabellaPoint *r, TabellaPoint *shared);

/* @error is set by the station, has this code and its message holds @part; it is cleared. */
void assert_refused (gboolean done, GError **error, TabellaStationError code, const char *part);
