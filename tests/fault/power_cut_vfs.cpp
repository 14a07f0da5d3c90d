#include "tests/fault/power_cut_vfs.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace parley::fault {

namespace {

constexpr std::size_t sector_bytes = 512;

std::string name_of(const char* path) {
  return std::filesystem::path(path).filename().string();
}

std::string content_of(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

/// What SQLite holds of an open file; the system's file lies behind it in the same memory.
struct PowerCutVfs::File : sqlite3_file {
  PowerCutVfs* self;
  Inode* inode;
  bool syncs_directory;  // as the system's VFS does at the first sync of a journal or log it opened

  [[nodiscard]] sqlite3_file* system() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

PowerCutVfs::File& PowerCutVfs::file_of(sqlite3_file* file) {
  return *static_cast<File*>(file);
}

PowerCutVfs& PowerCutVfs::self_of(sqlite3_vfs* vfs) {
  return *static_cast<PowerCutVfs*>(vfs->pAppData);
}

PowerCutVfs::PowerCutVfs(const Faults& faults) : faults_(faults), system_(sqlite3_vfs_find(nullptr)) {
  static std::atomic<int> count = 0;
  name_ = "power-cut-" + std::to_string(++count);
  vfs_ = *system_;
  vfs_.iVersion = 1;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + system_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = &PowerCutVfs::open;
  vfs_.xDelete = &PowerCutVfs::remove;
  sqlite3_vfs_register(&vfs_, 0);
}

PowerCutVfs::~PowerCutVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

void PowerCutVfs::cut() {
  const std::lock_guard lock(mutex_);
  cut_ = true;
}

bool PowerCutVfs::is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

std::uint64_t PowerCutVfs::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

PowerCutVfs::Step PowerCutVfs::step() {
  if (cut_) return Step::is_dead;
  ++steps_;
  if (steps_ == faults_.cut_at) {
    cut_ = true;
    return Step::cut_now;
  }
  return steps_ == faults_.fail_at ? Step::fails : Step::works;
}

PowerCutVfs::Inode* PowerCutVfs::inode_for(const std::string& path, bool exists, bool creates) {
  const std::string name = name_of(path.c_str());
  const auto found = entries_.find(name);
  if (found != entries_.end()) return found->second;
  if (!exists && !creates) return nullptr;
  Inode* const inode = inodes_.emplace_back(std::make_unique<Inode>()).get();
  entries_[name] = inode;
  // What stood there before was made without us, and is taken for safe on the disk.
  if (exists) inode->synced = content_of(path.c_str());
  if (exists) synced_entries_[name] = inode;
  return inode;
}

int PowerCutVfs::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  PowerCutVfs& self = self_of(vfs);
  File& opened = file_of(file);
  opened.pMethods = nullptr;
  const std::lock_guard lock(self.mutex_);
  if (self.cut_) return SQLITE_CANTOPEN;
  const bool exists = path != nullptr && std::filesystem::exists(path);
  const int code = self.system_->xOpen(self.system_, path, opened.system(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  const bool creates = (flags & SQLITE_OPEN_CREATE) != 0;
  opened.self = &self;
  opened.inode = path == nullptr ? self.inodes_.emplace_back(std::make_unique<Inode>()).get()
                                 : self.inode_for(path, exists, creates);
  opened.syncs_directory =
      creates && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
  opened.pMethods = &methods();
  return SQLITE_OK;
}

int PowerCutVfs::remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  PowerCutVfs& self = self_of(vfs);
  const std::lock_guard lock(self.mutex_);
  const Step step = self.step();
  if (step == Step::is_dead || step == Step::fails) return SQLITE_IOERR_DELETE;
  self.entries_.erase(name_of(path));
  if (step == Step::cut_now) return SQLITE_IOERR_DELETE;
  const int code = self.system_->xDelete(self.system_, path, 0);
  if (code == SQLITE_OK && sync_directory != 0 && !self.faults_.lying_sync)
    self.synced_entries_ = self.entries_;
  return code;
}

int PowerCutVfs::close(sqlite3_file* file) {
  sqlite3_file* const system = file_of(file).system();
  return system->pMethods->xClose(system);
}

int PowerCutVfs::read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  File& opened = file_of(file);
  if (opened.self->is_cut()) return SQLITE_IOERR_READ;
  return opened.system()->pMethods->xRead(opened.system(), bytes, size, offset);
}

int PowerCutVfs::write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  File& opened = file_of(file);
  const std::lock_guard lock(opened.self->mutex_);
  const Step step = opened.self->step();
  if (step == Step::is_dead) return SQLITE_IOERR_WRITE;
  if (step == Step::fails) return SQLITE_FULL;
  opened.inode->unsynced.push_back(
      {offset, std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size)), false});
  if (step == Step::cut_now) return SQLITE_IOERR_WRITE;
  return opened.system()->pMethods->xWrite(opened.system(), bytes, size, offset);
}

int PowerCutVfs::truncate(sqlite3_file* file, sqlite3_int64 size) {
  File& opened = file_of(file);
  const std::lock_guard lock(opened.self->mutex_);
  const Step step = opened.self->step();
  if (step == Step::is_dead || step == Step::fails) return SQLITE_IOERR_TRUNCATE;
  opened.inode->unsynced.push_back({size, {}, true});
  if (step == Step::cut_now) return SQLITE_IOERR_TRUNCATE;
  return opened.system()->pMethods->xTruncate(opened.system(), size);
}

int PowerCutVfs::sync(sqlite3_file* file, int /*flags*/) {
  File& opened = file_of(file);
  PowerCutVfs& self = *opened.self;
  const std::lock_guard lock(self.mutex_);
  if (self.step() != Step::works) return SQLITE_IOERR_FSYNC;
  if (self.faults_.lying_sync) return SQLITE_OK;
  for (const Change& change : opened.inode->unsynced) apply(opened.inode->synced, change);
  opened.inode->unsynced.clear();
  if (opened.syncs_directory) self.synced_entries_ = self.entries_;
  opened.syncs_directory = false;
  return SQLITE_OK;
}

const sqlite3_io_methods& PowerCutVfs::methods() {
  static const sqlite3_io_methods all{
      2,
      &PowerCutVfs::close,
      &PowerCutVfs::read,
      &PowerCutVfs::write,
      &PowerCutVfs::truncate,
      &PowerCutVfs::sync,
      [](sqlite3_file* file, sqlite3_int64* size) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xFileSize(system, size);
      },
      [](sqlite3_file* file, int level) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xLock(system, level);
      },
      [](sqlite3_file* file, int level) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xUnlock(system, level);
      },
      [](sqlite3_file* file, int* reserved) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xCheckReservedLock(system, reserved);
      },
      [](sqlite3_file* file, int operation, void* argument) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xFileControl(system, operation, argument);
      },
      [](sqlite3_file* file) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xSectorSize(system);
      },
      [](sqlite3_file* file) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xDeviceCharacteristics(system);
      },
      [](sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xShmMap(system, region, size, extend, memory);
      },
      [](sqlite3_file* file, int offset, int count, int flags) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xShmLock(system, offset, count, flags);
      },
      [](sqlite3_file* file) {
        sqlite3_file* const system = file_of(file).system();
        system->pMethods->xShmBarrier(system);
      },
      [](sqlite3_file* file, int remove_it) {
        sqlite3_file* const system = file_of(file).system();
        return system->pMethods->xShmUnmap(system, remove_it);
      },
      nullptr,
      nullptr};
  return all;
}

void PowerCutVfs::apply(std::string& content, const Change& change) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.is_truncation) {
    content.resize(offset);
    return;
  }
  content.resize(std::max(content.size(), offset + change.bytes.size()));
  std::ranges::copy(change.bytes, content.begin() + change.offset);
}

void PowerCutVfs::apply_some(std::string& content, const Change& change, int mode, std::mt19937_64& random) {
  if (change.is_truncation) {
    if (random() % 2 == 0) apply(content, change);
    return;
  }
  std::size_t begin = 0;
  while (begin < change.bytes.size()) {
    const std::size_t in_sector = (static_cast<std::size_t>(change.offset) + begin) % sector_bytes;
    const std::size_t size = std::min(sector_bytes - in_sector, change.bytes.size() - begin);
    Change part{change.offset + static_cast<std::int64_t>(begin), change.bytes.substr(begin, size), false};
    begin += size;
    if (random() % 2 == 0) continue;
    const bool torn = mode >= 1 && random() % 4 == 0;
    if (torn) part.bytes.resize(random() % (size + 1));
    const bool garbled = mode == 2 && random() % 8 == 0;
    if (garbled) std::ranges::generate(part.bytes, [&random] { return static_cast<char>(random()); });
    apply(content, part);
  }
}

std::string PowerCutVfs::after_loss(const Inode& inode, std::mt19937_64& random) {
  std::string content = inode.synced;
  const int kind = static_cast<int>(random() % 6);
  if (kind == 0) return content;  // nothing that was not synced
  // In order up to some moment, the change of that moment in part.
  const std::size_t whole = kind == 1   ? inode.unsynced.size()
                            : kind == 2 ? random() % (inode.unsynced.size() + 1)
                                        : 0;
  for (std::size_t i = 0; i < inode.unsynced.size(); ++i) {
    if (i < whole) apply(content, inode.unsynced[i]);
    if (i == whole && kind == 2) apply_some(content, inode.unsynced[i], 1, random);
    if (kind >= 3) apply_some(content, inode.unsynced[i], kind - 3, random);
  }
  return content;
}

void PowerCutVfs::write_disk(const std::string& directory, std::uint64_t seed) const {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  std::map<std::string, Inode*> found = synced_entries_;
  for (const auto& [name, inode] : entries_) {
    if (random() % 2 == 0) found[name] = inode;
  }
  for (const auto& [name, inode] : synced_entries_) {
    const bool removed = !entries_.contains(name);
    if (removed && random() % 2 == 0) found.erase(name);
  }
  for (const auto& [name, inode] : found) {
    const std::string content = after_loss(*inode, random);
    std::ofstream stream(std::filesystem::path(directory) / name, std::ios::binary);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  }
}

}  // namespace parley::fault
