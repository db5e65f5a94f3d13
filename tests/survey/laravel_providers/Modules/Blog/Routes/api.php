<?php

use Illuminate\Support\Facades\Route;

Route::prefix('blog')->group(fn () => [
    Route::get('posts', 'PostController@index'),
]);
