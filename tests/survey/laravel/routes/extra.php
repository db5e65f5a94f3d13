<?php

use App\Http\Controllers\HomeController;

Route::prefix('extra')->group(function () {
    Route::get('one', [HomeController::class, 'one'])->prefix('before');
    Route::options('two', [HomeController::class, 'two']);
});
// Route::get('/commented', [HomeController::class, 'no']);
