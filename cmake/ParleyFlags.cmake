# What every unit of ours is compiled with. Third-party headers come in as SYSTEM and are left alone.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

set(PARLEY_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")
option(PARLEY_FUZZ "Build the fuzz targets with libFuzzer" OFF)
option(PARLEY_COVERAGE "Count the lines that run" OFF)

find_program(PARLEY_CCACHE ccache)
if(PARLEY_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${PARLEY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()

add_library(parley_flags INTERFACE)
target_include_directories(parley_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(parley_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  # GCC 12 reports null dereferences inside libstdc++'s own headers when it inlines them.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference>)
target_compile_definitions(parley_flags INTERFACE PARLEY_VERSION="${PROJECT_VERSION}")

if(PARLEY_SANITIZE)
  add_compile_options(-fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g1)
  add_link_options(-fsanitize=${PARLEY_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
  set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
endif()
if(PARLEY_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping -O0 -g0)
  add_link_options(-fprofile-instr-generate)
endif()
if(PARLEY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Beast and Asio are compiled once, here, for all (5 to 20 s otherwise in every file that names them).
add_library(parley_beast STATIC ${CMAKE_SOURCE_DIR}/cmake/beast.cpp)
target_compile_definitions(parley_beast PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW)
find_package(Threads REQUIRED)
target_link_libraries(parley_beast PUBLIC Threads::Threads)
