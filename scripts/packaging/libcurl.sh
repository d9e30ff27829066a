# shellcheck shell=bash
# The libcurl that wheel and archive carry: Debian's own source package, built for http and https alone, as an archive
# that the linker takes in. Debian's binary needs 28 other libraries, 16 MB, for protocols that are not needed.
# Sourced after lib.sh, never run.
# shellcheck disable=SC2154 # `top` is lib.sh's

# Builds it once for each version of what it is made from. `$own_libraries` is a folder for PKG_CONFIG_PATH then.
build_own_libcurl() {
    local source version folder library made_from
    ensure_apt dpkg-dev gcc make libcurl4-openssl-dev libssl-dev zlib1g-dev libnghttp2-dev
    made_from=$(dpkg-query -W -f='${Package} ${Version}\n' libcurl4-openssl-dev libssl-dev zlib1g-dev libnghttp2-dev)
    source=$(dpkg-query -W -f='${source:Package}' libcurl4-openssl-dev)
    version=$(dpkg-query -W -f='${source:Version}' libcurl4-openssl-dev)
    folder=$top/.build/own-libcurl
    own_libraries=$folder/lib
    if [[ -f $folder/made-from && $(<"$folder/made-from") == "$made_from" ]]; then return 0; fi

    rm -rf "$folder"
    mkdir -p "$folder/apt/lists/partial" "$own_libraries"
    # The same places that this machine's packages came from, asked for their sources.
    # shellcheck disable=SC2016 # apt's variables
    apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' >"$folder/apt/sources.list"
    local apt=(apt-get -q -o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$folder/apt/lists" -o APT::Sandbox::User=)
    run "${apt[@]}" update >&2 || note "not every list could be had; trying with those that came"
    (cd "$folder" && run "${apt[@]}" source --only-source "$source=$version") >&2 ||
        fail "the source package $source $version is not available." "see whether this works: apt-get source $source"

    mkdir "$folder/build"
    (
        cd "$folder/build"
        run "$(echo "$folder/$source"-*/configure)" --disable-shared --enable-static --with-pic --with-openssl --with-zlib --with-nghttp2 \
            --without-{brotli,zstd,libpsl,libidn2,librtmp,libssh2,libgsasl,gssapi,ca-bundle,ca-path} \
            --disable-{ldap,ldaps,ftp,file,rtsp,dict,telnet,tftp,pop3,imap,smb,smtp,gopher,mqtt,manual,ntlm,tls-srp} \
            --disable-{unix-sockets,alt-svc,hsts,doh,openssl-auto-load-config,dependency-tracking} --enable-threaded-resolver \
            CFLAGS='-O2 -ffunction-sections -fdata-sections'
        run make -C lib -j "$(nproc)"
    ) >"$folder/log" 2>&1 || fail "libcurl could not be built." "see $folder/log"
    cp "$folder"/build/lib/.libs/libcurl.a "$own_libraries/"

    # glibc has arc4random from 2.36 on, and Debian's libstdc++ was built to use it.
    cat >"$folder/arc4random.c" <<'C'
#include <sys/random.h>
unsigned int arc4random(void) {
    unsigned int value;
    while (getrandom(&value, sizeof value, 0) != sizeof value) {}
    return value;
}
C
    run gcc -O2 -fPIC -c -o "$folder/arc4random.o" "$folder/arc4random.c"
    run ar rs "$own_libraries/libcurl.a" "$folder/arc4random.o" 2>/dev/null

    # In a folder that has archives alone the linker finds nothing else.
    for library in libssl.a libcrypto.a libz.a libnghttp2.a libstdc++.a; do
        ln -s "$(gcc -print-file-name="$library")" "$own_libraries/$library"
    done
    printf 'Name: libcurl\nDescription: for http and https\nVersion: %s\nLibs: -L%s -lcurl -lnghttp2 -lssl -lcrypto -lz\n' \
        "$version" "$own_libraries" >"$own_libraries/libcurl.pc"
    printf '%s' "$made_from" >"$folder/made-from"
    rm -rf "$folder/build" "$folder/$source"-* "$folder"/*.tar.* "$folder"/*.dsc
}
