<?php

Route::middleware('auth')->group(function () {
    Route::name('feed.')->controller('FeedController')->prefix('feed')->group(function () {
        Route::get('latest', 'latest');
    });
});
