#include "store/sqlite_read_ahead.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

#include "base/limits.hpp"

namespace parley::store {

namespace {

/// Pages asked for in a row before more is read than was asked for: a seek down an index is no row.
constexpr int run_before = 1;

/// An open database file; SQLite allocates it, with the system's file behind it. On its handle's thread.
struct File {
  sqlite3_file base;
  std::unique_ptr<char[]> ahead;  ///< Bytes from `begin` to `end` of the file.
  sqlite3_int64 begin;
  sqlite3_int64 end;
  sqlite3_int64 size;      ///< Of the file, once this transaction knows it; else -1.
  sqlite3_int64 expected;  ///< Where the next page of a row would be.
  int run;                 ///< Pages asked for in a row.
  int step;                ///< How much is read the next time.
};

/// What stands before the system's file in memory, with room for any alignment.
constexpr std::size_t file_bytes =
    (sizeof(File) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

File& own(sqlite3_file* file) noexcept {
  return *reinterpret_cast<File*>(file);
}

sqlite3_file* inner(sqlite3_file* file) noexcept {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + file_bytes);
}

void forget(sqlite3_file* file) noexcept {
  File& self = own(file);
  self.ahead.reset();
  self.begin = self.end = 0;
  self.size = -1;
  self.expected = -1;
  self.run = 0;
  self.step = limits::first_read_ahead_bytes;
}

int close(sqlite3_file* file) {
  const int code = inner(file)->pMethods->xClose(inner(file));
  own(file).~File();
  return code;
}

/// Reads more than the page at `offset`, if it can be had.
void read_ahead(sqlite3_file* file, int page_bytes, sqlite3_int64 offset) {
  File& self = own(file);
  sqlite3_file* const system = inner(file);
  self.begin = self.end = 0;
  // Of what lies beyond the end SQLite wants to be told, so what is read ahead never goes there.
  if (self.size < 0 && system->pMethods->xFileSize(system, &self.size) != SQLITE_OK) return;
  const auto bytes = static_cast<int>(std::min<sqlite3_int64>(self.step, self.size - offset));
  if (bytes <= page_bytes) return;
  if (!self.ahead) self.ahead.reset(new (std::nothrow) char[limits::most_read_ahead_bytes]);
  if (!self.ahead || system->pMethods->xRead(system, self.ahead.get(), bytes, offset) != SQLITE_OK) return;
  self.begin = offset;
  self.end = offset + bytes;
  self.step = std::min(self.step * 2, limits::most_read_ahead_bytes);
}

int read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 offset) {
  File& self = own(file);
  const auto is_known = [&] { return offset >= self.begin && offset + bytes <= self.end; };
  self.run = offset == self.expected ? self.run + 1 : 0;
  self.expected = offset + bytes;
  if (self.run == 0) self.step = limits::first_read_ahead_bytes;
  if (self.run >= run_before && !is_known()) read_ahead(file, bytes, offset);
  if (!is_known()) return inner(file)->pMethods->xRead(inner(file), to, bytes, offset);
  std::memcpy(to, self.ahead.get() + (offset - self.begin), static_cast<std::size_t>(bytes));
  return SQLITE_OK;
}

int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  forget(file);
  return inner(file)->pMethods->xWrite(inner(file), from, bytes, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  forget(file);
  return inner(file)->pMethods->xTruncate(inner(file), size);
}
int sync(sqlite3_file* file, int flags) {
  return inner(file)->pMethods->xSync(inner(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return inner(file)->pMethods->xFileSize(inner(file), size);
}
int lock(sqlite3_file* file, int level) {
  forget(file);
  return inner(file)->pMethods->xLock(inner(file), level);
}
int unlock(sqlite3_file* file, int level) {
  forget(file);
  return inner(file)->pMethods->xUnlock(inner(file), level);
}
int check_lock(sqlite3_file* file, int* is_reserved) {
  return inner(file)->pMethods->xCheckReservedLock(inner(file), is_reserved);
}
int control(sqlite3_file* file, int operation, void* argument) {
  return inner(file)->pMethods->xFileControl(inner(file), operation, argument);
}
int sector_size(sqlite3_file* file) {
  return inner(file)->pMethods->xSectorSize(inner(file));
}
int characteristics(sqlite3_file* file) {
  return inner(file)->pMethods->xDeviceCharacteristics(inner(file));
}
int map_shared(sqlite3_file* file, int region, int bytes, int extend, void volatile** to) {
  return inner(file)->pMethods->xShmMap(inner(file), region, bytes, extend, to);
}
/// Every read transaction in a write-ahead log begins and ends with one of these.
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  forget(file);
  return inner(file)->pMethods->xShmLock(inner(file), offset, count, flags);
}
void order_shared(sqlite3_file* file) {
  inner(file)->pMethods->xShmBarrier(inner(file));
}
int unmap_shared(sqlite3_file* file, int is_removed) {
  return inner(file)->pMethods->xShmUnmap(inner(file), is_removed);
}

// Version 2: with shared memory, without memory mapping, which the store does not use.
constexpr sqlite3_io_methods methods = {2,
                                        &close,
                                        &read,
                                        &write,
                                        &truncate,
                                        &sync,
                                        &file_size,
                                        &lock,
                                        &unlock,
                                        &check_lock,
                                        &control,
                                        &sector_size,
                                        &characteristics,
                                        &map_shared,
                                        &lock_shared,
                                        &order_shared,
                                        &unmap_shared,
                                        nullptr,
                                        nullptr};

sqlite3_vfs* system_vfs(sqlite3_vfs* vfs) noexcept {
  return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* const system = system_vfs(vfs);
  // Logs and temporary files are the system's alone.
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return system->xOpen(system, name, file, flags, out_flags);
  file->pMethods = nullptr;
  std::memset(inner(file), 0, static_cast<std::size_t>(system->szOsFile));
  const int code = system->xOpen(system, name, inner(file), flags, out_flags);
  if (code != SQLITE_OK) {
    if (inner(file)->pMethods != nullptr) inner(file)->pMethods->xClose(inner(file));
    return code;
  }
  // A system that knows no shared memory has no write-ahead log; our stores have one.
  if (inner(file)->pMethods->iVersion < 2) {
    inner(file)->pMethods->xClose(inner(file));
    return SQLITE_CANTOPEN;
  }
  new (file) File{};
  forget(file);
  file->pMethods = &methods;
  return SQLITE_OK;
}

/// The VFS itself, once per process; all but `open` is the system's.
struct Registered {
  sqlite3_vfs vfs{};
  bool is_there = false;

  Registered() noexcept {
    sqlite3_vfs* const system = sqlite3_vfs_find(nullptr);
    if (system == nullptr) return;
    vfs.iVersion = 2;
    vfs.szOsFile = static_cast<int>(file_bytes) + system->szOsFile;
    vfs.mxPathname = system->mxPathname;
    vfs.zName = "parley-read-ahead";
    vfs.pAppData = system;
    vfs.xOpen = &open;
    vfs.xDelete = [](sqlite3_vfs* v, const char* name, int sync_directory) {
      return system_vfs(v)->xDelete(system_vfs(v), name, sync_directory);
    };
    vfs.xAccess = [](sqlite3_vfs* v, const char* name, int flags, int* result) {
      return system_vfs(v)->xAccess(system_vfs(v), name, flags, result);
    };
    vfs.xFullPathname = [](sqlite3_vfs* v, const char* name, int size, char* out) {
      return system_vfs(v)->xFullPathname(system_vfs(v), name, size, out);
    };
    vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) {
      return system_vfs(v)->xRandomness(system_vfs(v), size, out);
    };
    vfs.xSleep = [](sqlite3_vfs* v, int microseconds) {
      return system_vfs(v)->xSleep(system_vfs(v), microseconds);
    };
    vfs.xCurrentTime = [](sqlite3_vfs* v, double* now) {
      return system_vfs(v)->xCurrentTime(system_vfs(v), now);
    };
    vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* now) {
      return system_vfs(v)->xCurrentTimeInt64(system_vfs(v), now);
    };
    vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) {
      return system_vfs(v)->xGetLastError(system_vfs(v), size, out);
    };
    is_there = sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
  }
};

}  // namespace

const char* read_ahead_vfs() noexcept {
  static Registered registered;
  return registered.is_there ? registered.vfs.zName : nullptr;
}

}  // namespace parley::store
