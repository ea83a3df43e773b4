# Third-party libraries as outrigger::<name>: Debian's static archives, and the generated xDS API.

find_package(Threads REQUIRED)

# outrigger_dependency(name ARCHIVES archive... DEPS target...): archives of the system, whose
# headers are in the default place.
function(outrigger_dependency name)
  cmake_parse_arguments(ARG "" "" "ARCHIVES;DEPS" ${ARGN})
  add_library(outrigger_${name} INTERFACE)
  add_library(outrigger::${name} ALIAS outrigger_${name})
  foreach(archive ${ARG_ARCHIVES})
    find_library(OUTRIGGER_LIB_${archive} lib${archive}.a REQUIRED)
    mark_as_advanced(OUTRIGGER_LIB_${archive})
    target_link_libraries(outrigger_${name} INTERFACE ${OUTRIGGER_LIB_${archive}})
  endforeach()
  target_link_libraries(outrigger_${name} INTERFACE ${ARG_DEPS})
endfunction()

# All of Abseil, which is some 80 small archives that need one another; what nobody uses is not
# linked. Its own CMake package, like gRPC's, names Debian's shared libraries only.
find_library(OUTRIGGER_ABSL libabsl_base.a REQUIRED)
mark_as_advanced(OUTRIGGER_ABSL)
get_filename_component(folder ${OUTRIGGER_ABSL} DIRECTORY)
file(GLOB archives ${folder}/libabsl_*.a)
list(JOIN archives "," archives)
outrigger_dependency(absl DEPS "$<LINK_GROUP:RESCAN,${archives}>" Threads::Threads)

outrigger_dependency(yaml ARCHIVES yaml-cpp)
outrigger_dependency(xxhash ARCHIVES xxhash)
outrigger_dependency(re2 ARCHIVES re2)
outrigger_dependency(nghttp2 ARCHIVES nghttp2)
outrigger_dependency(cares ARCHIVES cares)
outrigger_dependency(protobuf ARCHIVES protobuf DEPS Threads::Threads)

# Debian has no static archives of fmt and spdlog. spdlog is header-only (one source includes it).
add_library(outrigger_fmt_library STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt_library.cc)
outrigger_dependency(fmt DEPS outrigger_fmt_library)

# Built by tools/setup, plain under every preset.
set(OUTRIGGER_BORINGSSL_DIR ${CMAKE_SOURCE_DIR}/build/deps/boringssl CACHE PATH
    "include/, libssl.a and libcrypto.a of BoringSSL")
if(NOT EXISTS ${OUTRIGGER_BORINGSSL_DIR}/libssl.a)
  message(FATAL_ERROR "BoringSSL is not built yet: run tools/setup")
endif()
add_library(outrigger_boringssl INTERFACE)
add_library(outrigger::boringssl ALIAS outrigger_boringssl)
target_include_directories(outrigger_boringssl SYSTEM INTERFACE ${OUTRIGGER_BORINGSSL_DIR}/include)
target_link_libraries(outrigger_boringssl INTERFACE
  ${OUTRIGGER_BORINGSSL_DIR}/libssl.a ${OUTRIGGER_BORINGSSL_DIR}/libcrypto.a Threads::Threads)

# Linked whole: from a plain archive the linker drops every message that nobody names, and an Any of
# it would be unknown. The imported target lets CMake link it once, however many libraries ask for
# it.
if(NOT EXISTS ${OUTRIGGER_API_DIR}/liboutrigger_api.a)
  message(FATAL_ERROR "The xDS API is not built yet: run tools/setup")
endif()
add_library(outrigger_api_archive STATIC IMPORTED GLOBAL)
set_target_properties(outrigger_api_archive PROPERTIES
  IMPORTED_LOCATION ${OUTRIGGER_API_DIR}/liboutrigger_api.a)
add_library(outrigger_api INTERFACE)
add_library(outrigger::api ALIAS outrigger_api)
target_include_directories(outrigger_api SYSTEM INTERFACE ${OUTRIGGER_API_DIR}/gen)
target_link_libraries(outrigger_api INTERFACE
  "$<LINK_LIBRARY:WHOLE_ARCHIVE,outrigger_api_archive>" outrigger::protobuf)

# Our own messages (proto/), a few: generated and built with the rest.
set(folder ${CMAKE_BINARY_DIR}/proto)
file(GLOB_RECURSE protos CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/*.proto)
find_program(PROTOC protoc REQUIRED)
mark_as_advanced(PROTOC)
file(MAKE_DIRECTORY ${folder})
foreach(proto ${protos})
  file(RELATIVE_PATH stem ${CMAKE_SOURCE_DIR}/proto ${proto})
  string(REGEX REPLACE "\\.proto$" ".pb" stem ${stem})
  add_custom_command(OUTPUT ${folder}/${stem}.h ${folder}/${stem}.cc
                     COMMAND ${PROTOC} --cpp_out=${folder} -I${CMAKE_SOURCE_DIR}/proto ${proto}
                     DEPENDS ${proto})
  list(APPEND generated ${folder}/${stem}.cc)
endforeach()
add_library(outrigger_proto STATIC ${generated})
add_library(outrigger::proto ALIAS outrigger_proto)
target_compile_options(outrigger_proto PRIVATE -w)
target_include_directories(outrigger_proto SYSTEM PUBLIC ${folder})
target_link_libraries(outrigger_proto PUBLIC outrigger::protobuf)

# The unsecure library alone: the other one brings OpenSSL, whose symbols clash with BoringSSL's.
if(OUTRIGGER_WITH_GRPC)
  outrigger_dependency(grpc
    ARCHIVES grpc++_unsecure grpc_unsecure upb address_sorting gpr z
    DEPS outrigger::cares outrigger::protobuf outrigger::re2 outrigger::absl Threads::Threads)
else()
  outrigger_dependency(grpc)
endif()
