/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ids.h"
#include "json.h"

/* The election as people defined it: contests, styles, stations, policies (draft or the manifest's "election").
 * Immutable once parsed; indexes are the protocol's (stations from 1, everything else from 0). */

typedef GHashTable TabellaText; /* language tag -> string */
/* In @language, else in @fallback_language, else "". */
const char *tabella_text (const TabellaText *text, const char *language, const char *fallback_language);

typedef struct { char *id; TabellaText *text; } TabellaOption;
typedef struct { char *id; TabellaText *title, *question; guint16 min, max; GPtrArray *options; } TabellaContest;
typedef struct { char *id; TabellaText *title; GArray *contests; /* guint16 */ } TabellaStyle;
typedef struct { char *id; gint merge_into; /* unit index or -1 */ } TabellaUnit;
typedef struct { char *day, *open, *close; } TabellaHours;
typedef struct {
  char *id; TabellaText *name, *address;
  GArray *styles; /* guint16 style indexes */
  guint16 unit; GPtrArray *hours; gint32 lat_e6, lon_e6;
} TabellaStationInfo;

typedef enum { TABELLA_VOTING_ASSIGNED, TABELLA_VOTING_ANYWHERE } TabellaVoting;
typedef enum { TABELLA_WALKINS_ACCEPTED, TABELLA_WALKINS_PROVISIONAL, TABELLA_WALKINS_REFUSED } TabellaWalkIns;
typedef enum { TABELLA_RULE_ASSIGNED_THEN_LOT, TABELLA_RULE_LOT, TABELLA_RULE_STRIKE_ALL } TabellaRule;
typedef struct {
  TabellaVoting voting; TabellaWalkIns walk_ins; TabellaRule rule; gboolean paper_prevails;
  guint min_unit, capacity_ballots, capacity_checkins, idle_seconds; gboolean directory; char *receipt_url; /* or NULL */
  guint officers_count, officers_required;
} TabellaPolicies;

typedef struct {
  char *name; GPtrArray *languages; /* char* */
  guint16 needed; GPtrArray *trustees; /* names */
  GPtrArray *contests, *styles, *units, *stations;
  TabellaIdScheme ids; TabellaPolicies policies;
  json_t *json; /* what was parsed, for the manifest */
} TabellaElection;

/* Parses an election object. Every problem goes to @problems as "field: reason"; NULL if there is any. @at: path prefix
 * ("" for election.json, "election." inside a manifest). The limits are in data/doc/formats.md. */
TabellaElection *tabella_election_parse (json_t *json, const char *at, GPtrArray *problems);
/* FOLDER/election.json. Errors IO, FORMAT, INVALID (the first problem and how many more). */
TabellaElection *tabella_election_load (const char *folder, GError **error);
/* The same, but only name and trustees are read and set (the lists are empty): a ceremony can be held before the rest of
 * the draft is valid. */
TabellaElection *tabella_election_parse_ceremony (json_t *json, GPtrArray *problems);
TabellaElection *tabella_election_load_ceremony (const char *folder, GError **error);
void             tabella_election_free (TabellaElection *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaElection, tabella_election_free)

/* NULL past the end; stations from 1. */
const TabellaContest     *tabella_election_contest (const TabellaElection *e, guint16 index);
const TabellaStyle       *tabella_election_style (const TabellaElection *e, guint16 index);
const TabellaStationInfo *tabella_election_station (const TabellaElection *e, guint16 number);
guint16  tabella_election_station_by_id (const TabellaElection *e, const char *id);            /* 0 if none */
gboolean tabella_election_style_allowed (const TabellaElection *e, guint16 station, guint16 style);

/* More problems, of an official election only (min_unit ≥ 10, t ≥ 2), appended. */
void tabella_election_check_official (const TabellaElection *e, GPtrArray *problems);
/* The example draft "referendum-2014" as JSON; NULL for an unknown name (error INVALID lists the known ones). */
json_t *tabella_election_example (const char *name, GError **error);
