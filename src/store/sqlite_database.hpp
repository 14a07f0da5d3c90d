#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/open.hpp"
#include "store/side_files.hpp"
#include "store/sqlite_checkpointer.hpp"
#include "store/sqlite_migrations.hpp"
#include "store/sqlite_read_pool.hpp"
#include "store/sqlite_writer.hpp"
#include "store/store_lock.hpp"

namespace parley::store {

/// The embedded store. Reads run inside the call on the asker's thread; writes on the writer's. Its
/// destruction carries out the writes that wait, ends the threads and moves the whole log into the database
/// file; every read unit has ended before, and every scheduler that asked for a write lives on until then.
class SqliteDatabase final : public Database {
 public:
  /// Opens the store as `store::open` does, with a given list of migrations.
  [[nodiscard]] static base::Result<std::unique_ptr<SqliteDatabase>> open(
      const Location& location, Access access, std::span<const EmbeddedFile> migrations,
      const CheckpointPolicy& policy = {});
  ~SqliteDatabase() override;

  base::Task<base::Result<>> read(ReadBody body) override;
  /// Error besides those of `Database::write`: internal if the store was opened for reading only.
  base::Task<base::Result<>> write(Priority priority, WriteBody body) override;
  void set_hooks(std::vector<Hook> hooks) override;
  [[nodiscard]] std::optional<std::uint64_t> generation() const noexcept override;
  [[nodiscard]] SideFiles& files() noexcept override { return files_; }

  /// What was done since the store was opened. From any thread.
  [[nodiscard]] Statistics statistics() const;

 private:
  SqliteDatabase(const Location& location, std::string path, std::optional<StoreLock> lock);
  [[nodiscard]] base::Result<> start_writing(std::span<const EmbeddedFile> migrations,
                                             const CheckpointPolicy& policy);
  [[nodiscard]] base::Result<> check_for_reading(std::int64_t newest);

  const std::string path_;
  const std::string vfs_;
  // From the first taken to the last: the lock goes when nothing is open any more.
  std::optional<StoreLock> lock_;
  SqliteReadPool readers_;
  SideFiles files_;
  std::unique_ptr<SqliteCheckpointer> checkpointer_;
  std::unique_ptr<SqliteWriter> writer_;
};

}  // namespace parley::store
