/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trustee-step.h"

#include <string.h>
#include "bytes.h"
#include "codes.h"
#include "must.h"

/* The four rounds of protocol section 3 as one trustee walks them. The secret file is written
 * before the round's public file and holds its bytes: a round that was cut off is repeated with the
 * same bytes. */

static json_t *
hex_json (gconstpointer bytes, gsize size)
{
  g_autofree char *hex = tabella_hex (bytes, size);

  return json_string (hex);
}

static json_t *
round_json (const TabellaStep *s)
{
  return json_pack ("{s:i, s:i}", "round", (int)s->round, "index", (int)s->index);
}

static void
commitments (const TabellaTrustee *t, TabellaPoint *f, TabellaPoint *e)
{
  for (guint d = 0; d < t->t; d++) {
    tabella_point_mul_base (&f[d], &t->s->f[d]);
    tabella_point_mul_base (&e[d], &t->s->g[d]);
  }
}

/* New keys and polynomials. */
static void
draw (TabellaTrustee *t, guint8 signing_key[32], guint8 transport_key[32])
{
  TABELLA_MUST (crypto_sign_keypair (signing_key, t->s->signing) == 0);
  TABELLA_MUST (crypto_box_keypair (transport_key, t->s->transport) == 0);
  for (guint d = 0; d < t->t; d++) {
    tabella_scalar_random (&t->s->f[d]);
    tabella_scalar_random (&t->s->g[d]);
  }
}

static json_t *
round1_json (TabellaStep *s)
{
  guint8 signing_key[32], transport_key[32], commitment[32];
  TabellaPoint f[32], e[32];
  json_t *json = round_json (s);

  draw (s->t, signing_key, transport_key);
  commitments (s->t, f, e);
  tabella_ceremony_commit (s->t->hp, s->index, s->t->t, f, e, commitment);
  json_object_set_new (json, "name", json_string (s->e->trustees->pdata[s->index - 1]));
  json_object_set_new (json, "signing_key", hex_json (signing_key, 32));
  json_object_set_new (json, "transport_key", hex_json (transport_key, 32));
  json_object_set_new (json, "commitment", hex_json (commitment, 32));
  return json;
}

static gboolean
may_init (const TabellaStep *s, const char *name, const char *secret_path, const char *passphrase,
          GError **error)
{
  const char *expected = s->e->trustees->pdata[s->index - 1];
  g_autofree char *path = tabella_ceremony_path (s->folder, 1, s->index);

  if (!g_str_equal (name, expected)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "--name \"%s\": trustee %u is \"%s\" in election.json", name, s->index, expected);
    return FALSE;
  }
  if (*passphrase == '\0') {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_PASSPHRASE,
                 "the passphrase is empty; choose one that protects the trustee's secret");
    return FALSE;
  }
  if (g_file_test (secret_path, G_FILE_TEST_EXISTS))
    return tabella_step_refuse (
        error,
        "%s exists already and is not replaced: go on with \"tabella trustee "
        "open\", or name another file",
        secret_path);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return tabella_step_refuse (
        error,
        "%s exists already: %s has begun; go on with \"tabella trustee open\" "
        "and that trustee's secret file",
        path, expected);
  return TRUE;
}

gboolean
tabella_trustee_init (const char *folder, guint16 index, const char *name, const char *secret_path,
                      const char *passphrase, TabellaVaultCost cost, GError **error)
{
  g_auto (TabellaStep) s = { .folder = folder, .index = index, .round = 1 };
  g_autoptr (json_t) json = NULL;

  if (!tabella_step_open (&s, error) || !may_init (&s, name, secret_path, passphrase, error))
    return FALSE;
  s.t = tabella_trustee_new (secret_path, passphrase, cost);
  s.t->index = index;
  s.t->n = (guint16)s.e->trustees->len;
  s.t->t = s.e->needed;
  tabella_step_context (&s, s.t->hp);
  if (!tabella_ceremony_restarts (folder, &s.t->restarts, error))
    return FALSE;
  json = round1_json (&s);
  return tabella_step_finish (&s, json, error);
}

static json_t *
points_json (const TabellaPoint *points, guint16 t)
{
  json_t *list = json_array ();

  for (guint d = 0; d < t; d++)
    json_array_append_new (list, hex_json (&points[d], 32));
  return list;
}

/* c ‖ s for f, then g. */
static json_t *
proof_json (const TabellaTrustee *t, const TabellaCeremonyView *view, const TabellaPoint *f,
            const TabellaPoint *e)
{
  g_autoptr (TabellaSecret) memory = tabella_secret_new (2 * t->t * sizeof (TabellaScalar));
  TabellaScalar *secrets = (TabellaScalar *)memory, proof[1 + 64];
  TabellaHash h;

  memcpy (secrets, t->s->f, t->t * sizeof (TabellaScalar));
  memcpy (secrets + t->t, t->s->g, t->t * sizeof (TabellaScalar));
  tabella_ceremony_knowledge (&h, view->hp, t->index, view->hash1, t->t, f, e);
  TABELLA_MUST (tabella_schnorr_prove (&h, 2u * t->t, secrets, NULL, &proof[0], &proof[1]));
  return hex_json (proof, 32 + 64u * t->t);
}

gboolean
tabella_trustee_open_round (const char *folder, guint16 index, const char *secret_path,
                            const char *passphrase, GError **error)
{
  g_auto (TabellaStep) s = { .folder = folder, .index = index, .round = 2 };
  g_autofree TabellaCeremonyView *view = NULL;
  g_autoptr (json_t) json = NULL;
  TabellaComplaint complaint = { 0 };
  TabellaPoint f[32], e[32];

  if (!tabella_step_begin (&s, secret_path, passphrase, error) || s.repeated)
    return s.repeated;
  view = tabella_ceremony_view (s.e, &s.files, 1, &complaint, error);
  if (view == NULL)
    return tabella_step_stop (&s, &complaint, error);
  commitments (s.t, f, e);
  json = round_json (&s);
  json_object_set_new (json, "f", points_json (f, s.t->t));
  json_object_set_new (json, "e", points_json (e, s.t->t));
  json_object_set_new (json, "proof", proof_json (s.t, view, f, e));
  tabella_step_note (&s, 1);
  return tabella_step_finish (&s, json, error);
}

/* f(j) by Horner's rule. */
static void
evaluate (const TabellaScalar *f, guint16 t, guint16 j, TabellaScalar *out)
{
  TabellaScalar x;

  tabella_scalar_from_uint (&x, j);
  *out = f[t - 1];
  for (guint d = t - 1; d-- > 0;) {
    tabella_scalar_mul (out, &x, out);
    tabella_scalar_add (out, out, &f[d]);
  }
}

/* FALSE if @to's transport key cannot be used. */
static gboolean
seal_share (const TabellaTrustee *t, const TabellaCeremonyView *view, guint16 to,
            guint8 box[TABELLA_SHARE_BOX])
{
  g_autoptr (TabellaSecret) plain = tabella_secret_new (TABELLA_SHARE_PLAIN);

  tabella_ceremony_transport (view->hp, t->index, to, view->hash2, plain);
  evaluate (t->s->f, t->t, to, (TabellaScalar *)(plain + 32));
  evaluate (t->s->g, t->t, to, (TabellaScalar *)(plain + 64));
  randombytes_buf (box, crypto_box_NONCEBYTES);
  return crypto_box_easy (box + crypto_box_NONCEBYTES, plain, TABELLA_SHARE_PLAIN, box,
                          view->r1[to - 1].transport, t->s->transport) == 0;
}

static json_t *
shares_json (const TabellaStep *s, const TabellaCeremonyView *view, TabellaComplaint *complaint,
             GError **error)
{
  g_autoptr (json_t) list = json_array ();

  for (guint16 to = 1; to <= s->t->n; to++) {
    guint8 box[TABELLA_SHARE_BOX];

    if (to == s->index)
      continue;
    if (!seal_share (s->t, view, to, box)) {
      g_autofree char *file = tabella_ceremony_file_of (s->e, 1, to);

      *complaint = (TabellaComplaint){ .about = to, .reason = "points" };
      g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT,
                   "ceremony/%s: transport_key is a point that no secret fits", file);
      return NULL;
    }
    json_array_append_new (
        list, json_pack ("{s:i, s:o}", "to", (int)to, "box", hex_json (box, sizeof box)));
  }
  return g_steal_pointer (&list);
}

gboolean
tabella_trustee_deal (const char *folder, guint16 index, const char *secret_path,
                      const char *passphrase, GError **error)
{
  g_auto (TabellaStep) s = { .folder = folder, .index = index, .round = 3 };
  g_autofree TabellaCeremonyView *view = NULL;
  g_autoptr (json_t) json = NULL;
  TabellaComplaint complaint = { 0 };
  json_t *shares;

  if (!tabella_step_begin (&s, secret_path, passphrase, error) || s.repeated)
    return s.repeated;
  if (!tabella_step_same (&s, 1, error))
    return FALSE;
  view = tabella_ceremony_view (s.e, &s.files, 2, &complaint, error);
  shares = view == NULL ? NULL : shares_json (&s, view, &complaint, error);
  if (shares == NULL)
    return tabella_step_stop (&s, &complaint, error);
  json = round_json (&s);
  json_object_set_new (json, "shares", shares);
  tabella_step_note (&s, 2);
  return tabella_step_finish (&s, json, error);
}

/* The share opens, is meant for this trustee and this round 2, and fits the dealer's commitments;
 * then it is added. */
static gboolean
take_share (TabellaTrustee *t, const TabellaCeremonyView *view, guint16 from)
{
  g_autoptr (TabellaSecret) plain = tabella_secret_new (TABELLA_SHARE_PLAIN);
  const guint8 *box = view->r3[from - 1].box[t->index - 1];
  TabellaScalar *f = (TabellaScalar *)(plain + 32), *g = (TabellaScalar *)(plain + 64);
  TabellaPoint expected, point;
  guint8 header[32];

  if (crypto_box_open_easy (plain, box + crypto_box_NONCEBYTES,
                            TABELLA_SHARE_BOX - crypto_box_NONCEBYTES, box,
                            view->r1[from - 1].transport, t->s->transport) != 0)
    return FALSE;
  tabella_ceremony_transport (view->hp, from, t->index, view->hash2, header);
  if (memcmp (header, plain, 32) != 0 || !tabella_scalar_read (f, plain + 32) ||
      !tabella_scalar_read (g, plain + 64))
    return FALSE;
  tabella_ceremony_commitment_at (view->r2[from - 1].f, t->t, t->index, &expected);
  tabella_point_mul_base (&point, f);
  if (!tabella_point_equal (&point, &expected))
    return FALSE;
  tabella_ceremony_commitment_at (view->r2[from - 1].e, t->t, t->index, &expected);
  tabella_point_mul_base (&point, g);
  if (!tabella_point_equal (&point, &expected))
    return FALSE;
  tabella_scalar_add (&t->s->z, &t->s->z, f);
  tabella_scalar_add (&t->s->y, &t->s->y, g);
  return TRUE;
}

static gboolean
take_shares (TabellaStep *s, const TabellaCeremonyView *view, GError **error)
{
  TabellaTrustee *t = s->t;

  evaluate (t->s->f, t->t, t->index, &t->s->z);
  evaluate (t->s->g, t->t, t->index, &t->s->y);
  for (guint16 from = 1; from <= t->n; from++) {
    g_autofree char *file = tabella_ceremony_file_of (s->e, 3, from);

    if (from == t->index || take_share (t, view, from))
      continue;
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT,
                 "ceremony/%s: the share for trustee %u does not open or does not fit the points "
                 "of round 2",
                 file, t->index);
    return tabella_step_stop (s, &(TabellaComplaint){ .about = from, .reason = "share" }, error);
  }
  return TRUE;
}

static gboolean
sign_keys (TabellaStep *s, const TabellaCeremonyView *view, const TabellaCeremonyKeys *keys,
           GError **error)
{
  g_autoptr (json_t) json = round_json (s);
  guint8 signature[64];

  if (!take_shares (s, view, error))
    return FALSE;
  tabella_sign (s->t->s->signing, TABELLA_CEREMONY_LABEL, keys->transcript, 32, signature);
  json_object_set_new (json, "signature", hex_json (signature, 64));
  return tabella_step_finish (s, json, error);
}

gboolean
tabella_trustee_accept (const char *folder, guint16 index, const char *secret_path,
                        const char *passphrase, char **short_code, GError **error)
{
  g_auto (TabellaStep) s = { .folder = folder, .index = index, .round = 4 };
  g_autofree TabellaCeremonyView *view = NULL;
  TabellaComplaint complaint = { 0 };
  TabellaCeremonyKeys keys;

  *short_code = NULL;
  if (!tabella_step_begin (&s, secret_path, passphrase, error) ||
      !tabella_step_same (&s, 1, error) || !tabella_step_same (&s, 2, error))
    return FALSE;
  view = tabella_ceremony_view (s.e, &s.files, 3, &complaint, error);
  if (view == NULL)
    return tabella_step_stop (&s, &complaint, error);
  if (!tabella_ceremony_view_keys (view, &keys, error) ||
      (!s.repeated && !sign_keys (&s, view, &keys, error)))
    return FALSE;
  *short_code = tabella_short_code (keys.transcript);
  return TRUE;
}
