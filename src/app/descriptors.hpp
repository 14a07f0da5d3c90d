#pragma once

#include <cstddef>

namespace parley::app {

/// Lets this process have as many descriptors as the system allows it, and warns in the log where that is
/// fewer than so many connections need.
void allow_descriptors(std::size_t connections);

}  // namespace parley::app
