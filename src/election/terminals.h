/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "election.h"
#include "minisign.h"

typedef enum { TABELLA_ROLE_COMBINED = 0, TABELLA_ROLE_DESK = 1, TABELLA_ROLE_BOOTH = 2, TABELLA_ROLE_SPARE = 3 } TabellaRole;

const char *tabella_role_name (TabellaRole role);
gboolean    tabella_role_parse (const char *name, TabellaRole *role);
gboolean    tabella_role_checks_in (TabellaRole role); /* combined or desk: has a lane and a slice */

typedef struct {
  guint16 index, station; TabellaRole role; guint16 lane; /* mask, bit d = digit d */
  guint8 ballot_key[32], batch_key[32], box_key[32];
  gboolean has_slice; guint8 slice[32]; gboolean simulated; char *label; /* label: enrolled terminals only */
  gboolean has_keys; guint8 keys[32]; /* BLAKE2b-256 of roll/NNN.keys; everyone has one once the roll is built */
} TabellaTerminalInfo;
void tabella_terminal_info_free (TabellaTerminalInfo *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaTerminalInfo, tabella_terminal_info_free)

/* "0-3", "0,2,5-9", "" to a mask and back. FALSE with INVALID. */
gboolean tabella_lane_parse (const char *text, guint16 *mask, GError **error);
char    *tabella_lane_text (guint16 mask);

/* A terminal's own secrets, made at enrolment: in secret memory. */
typedef struct {
  guint8 ballot_secret[64], batch_secret[64], box_secret[32], export_secret[32];
  guint8 ballot_key[32], batch_key[32], box_key[32];
} TabellaTerminalSecrets;
TabellaTerminalSecrets *tabella_terminal_secrets_new (void); /* random; sodium memory */
void tabella_terminal_secrets_free (TabellaTerminalSecrets *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaTerminalSecrets, tabella_terminal_secrets_free)
/* The batch key as a minisign secret (copy in secret memory). */
void tabella_terminal_batch_secret (const TabellaTerminalSecrets *s, TabellaMinisignSecret *out);

/* The enrolment file's text. */
char *tabella_enrolment_text (const TabellaTerminalSecrets *s, const char *label, gboolean simulated);
/* Fills @info's keys, simulated and label (the caller's to g_free). Errors FORMAT, INVALID. */
gboolean tabella_enrolment_parse (const char *what, gconstpointer bytes, gsize size, TabellaTerminalInfo *info, GError **error);

/* terminals/NNN.json of an election folder, ascending by index. Adding checks role, lane (disjoint within the station, combined
 * and desk only) and that no key is enrolled twice; *index is the new one. */
gboolean   tabella_terminals_enrol (const char *folder, const TabellaElection *e, const TabellaTerminalInfo *enrolment,
                                    guint16 station, TabellaRole role, guint16 lane, guint16 *index, GError **error);
gboolean   tabella_terminals_remove (const char *folder, guint16 index, GError **error); /* simulated ones only */
GPtrArray *tabella_terminals_load (const char *folder, GError **error);
json_t    *tabella_terminal_json (const TabellaTerminalInfo *t, gboolean with_label);
TabellaTerminalInfo *tabella_terminal_parse (json_t *json, const char *at, gboolean with_label, GPtrArray *problems);
/* Writes terminals/NNN.json; @fresh refuses to replace one. */
gboolean   tabella_terminal_save (const char *folder, const TabellaTerminalInfo *t, gboolean fresh, GError **error);
/* FALSE with STATE if the folder has a manifest.json: what is sealed stays as it is. */
gboolean   tabella_terminals_unsealed (const char *folder, GError **error);
/* Members that enrolment files and terminals share: the keys (each valid), simulated, label. */
void       tabella_terminal_parse_keys (json_t *json, const char *at, gboolean with_label, TabellaTerminalInfo *t,
                                        GPtrArray *problems);
/* A role with the lane that it must have. */
void       tabella_terminal_check_lane (const char *at, TabellaRole role, guint16 lane, GPtrArray *problems);
/* No key is there twice, within a terminal or between two. */
void       tabella_terminals_check_keys (GPtrArray *terminals, GPtrArray *problems);
/* Each station's lanes of desks and combined terminals are disjoint and complete; @practice: a station may have none. */
void tabella_terminals_check (const TabellaElection *e, GPtrArray *terminals, gboolean practice, GPtrArray *problems);

/* Simulated terminals keep their secrets in the folder (terminals/NNN.secret, plain: practice only). */
gboolean tabella_simulated_secrets_save (const char *folder, guint16 index, const TabellaTerminalSecrets *s, GError **error);
TabellaTerminalSecrets *tabella_simulated_secrets_load (const char *folder, guint16 index, GError **error);
