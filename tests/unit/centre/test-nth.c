/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each step of the counting centre while the n-th call to the system fails. An error is said, or
 * what was done is the same as without it; nothing is half there; and it goes on afterwards. With
 * "-m slow" every n; otherwise some, which the test's seed draws. */
#include "steps.h"

#include <errno.h>
#include <string.h>
#include "faults.h"

#define TRIES 20000

typedef struct {
  const char *name;
  guint calls;
  FaultsHow how;
  int err;
  guint step;
} Plan;

static const Plan plans[] = {
  { "change refused", FAULTS_CHANGES, FAULTS_REFUSE, EIO, 1 },
  { "change done and called failed", FAULTS_CHANGES, FAULTS_LIE, EIO, 2 },
  { "full from", FAULTS_WRITE | FAULTS_NAME, FAULTS_STAY, ENOSPC, 2 },
  { "short", FAULTS_READ | FAULTS_WRITE, FAULTS_SHORT, 0, 9 },
  { "interrupted", FAULTS_READ | FAULTS_WRITE, FAULTS_REFUSE, EINTR, 9 },
  { "refused", FAULTS_ALL, FAULTS_REFUSE, EIO, 5 },
};

static void
assert_clear (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 15);
  g_assert_null (strstr (error->message, "(null)"));
  g_assert_null (strstr (error->message, "Success"));
}

static gboolean
one (const Step *step, const Plan *plan, guint n, const char *right)
{
  g_autoptr (GError) error = NULL;
  gboolean told, happened;

  step_begin (step);
  faults_arm (plan->calls, plan->how, plan->err, n);
  told = step->act (&error);
  happened = faults_disarm ();
  g_test_message ("%s, %s %u: %s", step->name, plan->name, n, told ? "done" : error->message);
  g_assert_true (told || happened);
  if (!told)
    assert_clear (error);
  step_go_on (step, told, right);
  return happened;
}

static void
test_step (gconstpointer data)
{
  const Step *step = data;
  g_autofree char *right = step_expected (step);
  guint tries = 0;

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    const guint every = g_test_slow () ? 1 : 2 * plans[i].step * step->every;
    guint n = every > 1 ? (guint)g_test_rand_int_range (1, (gint32)every + 1) : 1;

    for (; one (step, &plans[i], n, right); n += every) {
      g_assert_cmpuint (n, <, TRIES);
      tries++;
    }
  }
  g_print ("# %s: %u failures\n", step->name, tries);
}

int
main (int argc, char **argv)
{
  int done;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  steps_set_up ();
  for (guint i = 0; i < steps_count; i++)
    g_test_add_data_func (steps[i].name, &steps[i], test_step);
  done = g_test_run ();
  faults_watch (NULL);
  steps_clear ();
  return done;
}
