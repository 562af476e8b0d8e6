/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "freed.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static struct {
  gconstpointer needle;
  gsize size;
  guint found;
} watch;

void
freed_watch (gconstpointer needle, gsize size)
{
  watch.needle = needle;
  watch.size = size;
  watch.found = 0;
}

guint
freed_found (void)
{
  return watch.found;
}

#ifndef __SANITIZE_ADDRESS__
void __libc_free (void *block);
void *__libc_realloc (void *block, size_t size);

static gboolean
has_needle (void *block)
{
  return watch.needle != NULL && block != NULL &&
         memmem (block, malloc_usable_size (block), watch.needle, watch.size) != NULL;
}

void
free (void *block)
{
  watch.found += has_needle (block);
  __libc_free (block);
}

void *
realloc (void *block, size_t size)
{
  /* Whether a block that grows is moved is chance: each counts as moved. */
  watch.found += has_needle (block) && size > malloc_usable_size (block);
  return __libc_realloc (block, size);
}
#endif
