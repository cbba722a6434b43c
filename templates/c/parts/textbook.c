// The lists of a textbook page: all of them are one chain, and given back from its end.

//: $NetHead
/// What stands before the items of a list: the list that was made before it, and
/// how many items there are, and can be.
typedef struct $NetHead {
  struct $NetHead *before;
  long long count, most;
} $NetHead;

/// The list that was made last.
static $NetHead *$net_newest = NULL;

//: $net_list
/// A new list of items that are all zero.
static void *$net_list(long long count, size_t size) {
  size_t bytes = (size_t)count * size;
  $NetHead *made = ($NetHead *)calloc(1, sizeof *made + bytes);
  if (made == NULL) {
    abort(); // there is no memory left
  }
  made->before = $net_newest;
  made->count = made->most = count;
  $net_newest = made;
  return made + 1;
}

//: $net_release
/// Give back all lists that were made after that one.
static void $net_release(const $NetHead *last) {
  while ($net_newest != last) {
    $NetHead *before = $net_newest->before;
    free($net_newest);
    $net_newest = before;
  }
}

//: $net_room
/// Memory of some bytes, all zero.
static void *$net_room(size_t size) {
  return $net_list((long long)size, 1);
}

//: $net_kept
/// A list that stays until main ends, with the items of another one.
static void *$net_kept(void *old, const void *list, size_t size) {
  if (list == NULL) {
    return NULL;
  }
  long long count = $net_count(list);
  if (old == NULL || $net_count(old) != count) {
    $NetHead *newest = $net_newest, **oldest = &newest;
    old = $net_list(count, size);
    while (*oldest != NULL) {
      oldest = &(*oldest)->before;
    }
    *oldest = ($NetHead *)old - 1;
    (*oldest)->before = NULL;
    $net_newest = newest;
  }
  return memcpy(old, list, (size_t)count * size);
}

//: $net_listed
/// Numbers of an array as a list.
static $real *$net_listed(const $real *array, long long count) {
  $real *found = $net_zeros(count);
  memcpy(found, array, (size_t)count * sizeof *found);
  return found;
}
