#pragma once

#include <memory>

#include "base/error.hpp"
#include "store/database.hpp"
#include "store/open.hpp"

namespace parley::app {

/// Opens a store with the hooks that every write unit ends with, and, for writing, removes what a crash left
/// of unfinished imports and removals. Blocks. Errors: those of store::open.
[[nodiscard]] base::Result<std::unique_ptr<store::Database>> open_store(const store::Location& location,
                                                                        store::Access access);

}  // namespace parley::app
